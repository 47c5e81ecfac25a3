import { describe, expect, it } from '@jest/globals';
import type { Run } from '../../../src/notebook/inference/run.ts';
import { Probability } from '../../../src/report/parts/probability.tsx';
import { SaturationIsland } from '../../../src/report/sections/saturation/island.tsx';
import { openState } from '../../../src/report/state.ts';
import { defaultConfig } from '../../../src/results/commandLine.ts';
import { markup } from '../../support/markup.ts';
import { pageRun } from '../../support/pageRun.ts';

/** A run of two epochs, the last one with these counts of logits, in bins of width five from -26 on. */
const runOf = (logitCounts: number[] | null): Run => {
  const run = pageRun({
    config: { ...defaultConfig, positive: 3, negative: 5 },
    logitBins: { from: -26, width: 5 },
  });
  const frames = run.frames.map((frame) => (frame.epoch === 2 ? { ...frame, logitCounts } : frame));
  return { ...run, frames };
};

/** The figures of a readout, by name. */
const readout = (text: string): Record<string, string> =>
  Object.fromEntries(
    [...text.matchAll(/<dt>(.*?)<\/dt><dd>(.*?)<\/dd>/g)].map(([, name, value]) => [name, value]),
  );

describe('the logits of an epoch', () => {
  it('are counted, those that are wrong by 16 or more apart, with the lowest there is', () => {
    // The second bin ends at -16.
    expect(readout(markup(SaturationIsland, {}, openState(runOf([0, 4, 2, 1000]))))).toEqual({
      'Steps of the epoch': '1,006',
      'With a logit below -16': '4',
      'Lowest logit': '-21 to -16',
    });
  });

  it('are none before the first epoch', () => {
    expect(readout(markup(SaturationIsland, {}, openState(runOf(null))))).toMatchObject({
      'Steps of the epoch': '0',
      'Lowest logit': 'none yet',
    });
  });
});

describe('a probability', () => {
  it('is a bar of both digits, the negative one from the left, with the threshold from the right', () => {
    const state = openState(runOf(null));
    state.threshold.value = 0.75;
    const text = markup(Probability, { prediction: 0.9 }, state);
    expect(text).toContain('Reads as <b>a 3</b>: 90.0% for 3, 10.0% for 5');
    const [, width] = /<rect width="([^"]+)" height="8" class="probability__negative"/.exec(text)!;
    expect(Number(width)).toBeCloseTo(10, 10);
    expect(text).toContain('<line x1="25" x2="25" y1="0" y2="8"');
  });

  it('is the positive digit above the threshold only', () => {
    const state = openState(runOf(null));
    state.threshold.value = 0.75;
    expect(markup(Probability, { prediction: 0.75 }, state)).toContain('Reads as <b>a 5</b>');
    expect(markup(Probability, { prediction: 0.76 }, state)).toContain('Reads as <b>a 3</b>');
  });
});
