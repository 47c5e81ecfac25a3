import { describe, expect, it } from '@jest/globals';
import type { Samples } from '../../src/notebook/data/images.ts';
import type { Run } from '../../src/notebook/inference/run.ts';
import { chosenImage, samplesIn } from '../../src/report/parts/chosen.ts';
import { openState } from '../../src/report/state.ts';
import { pageRun } from '../support/pageRun.ts';

/** Images of a single grey each: the first is `grey`, and each further one is one higher. */
const samplesOf = (count: number, grey: number): Samples => ({
  count,
  pixels: Float32Array.from({ length: count * 256 }, (_, at) => grey + Math.floor(at / 256)),
  labels: Uint8Array.from({ length: count }, (_, at) => at % 2),
  indices: Array.from({ length: count }, (_, at) => 100 + at),
});

const runOf = (images: Run['images']): Run => pageRun({ images });

describe('the page as it opens', () => {
  it('is after the last epoch, does not play, and reads a probability above one half as positive', () => {
    const { frame, playing, threshold } = openState(runOf(null));
    expect([frame.value, playing.value, threshold.value]).toEqual([2, false, 0.5]);
  });

  it('looks at the first test image, else at the first training image, else at the drawing', () => {
    const some = samplesOf(2, 1);
    const none = samplesOf(0, 1);
    const chosen = (images: Run['images']) => openState(runOf(images)).chosen.value;
    expect(chosen({ train: some, test: some })).toEqual({ set: 'test', at: 0 });
    expect(chosen({ train: some, test: none })).toEqual({ set: 'train', at: 0 });
    expect(chosen({ train: none, test: none })).toEqual({ set: 'drawn' });
    expect(chosen(null)).toEqual({ set: 'drawn' });
  });
});

describe('the chosen image', () => {
  const state = openState(runOf({ train: samplesOf(3, 1), test: samplesOf(1, 50) }));

  it('is that of the set and the place, with its digit and its line in the file, counted from 1', () => {
    state.chosen.value = { set: 'train', at: 2 };
    const { pixels, name, truth } = chosenImage(state);
    expect([...new Set(pixels)]).toEqual([3]);
    expect({ length: pixels.length, name, truth }).toEqual({
      length: 256,
      name: 'training image 2',
      truth: { label: 0, line: 103 },
    });
    state.chosen.value = { set: 'test', at: 0 };
    expect(chosenImage(state).name).toBe('test image 0');
    expect([...new Set(chosenImage(state).pixels)]).toEqual([50]);
  });

  it('is the drawing where that is chosen, of which nothing is known', () => {
    state.chosen.value = { set: 'drawn' };
    expect(chosenImage(state)).toMatchObject({ name: 'your drawing', truth: null });
    expect(chosenImage(state).pixels).toBe(state.drawn.value);
  });

  it('comes from no set that is empty or that the page does not carry', () => {
    const partly = openState(runOf({ train: samplesOf(1, 1), test: samplesOf(0, 1) }));
    expect(samplesIn(partly, 'train')?.count).toBe(1);
    expect(samplesIn(partly, 'test')).toBeNull();
    expect(samplesIn(partly, 'drawn')).toBeNull();
    expect(samplesIn(openState(runOf(null)), 'train')).toBeNull();
  });
});
