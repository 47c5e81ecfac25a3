import type { VNode } from 'preact';
import { useMemo, useRef, useState } from 'preact/hooks';
import { look, pixelsAt } from '../../../notebook/inference/look.ts';
import { samplesIn } from '../../parts/chosen.ts';
import { digitNamed, likely } from '../../parts/digits.ts';
import { EpochSlider } from '../../parts/epochSlider.tsx';
import { MapData, MapFigure } from '../../parts/map.tsx';
import { mapsOf } from '../../parts/maps.ts';
import { moveTo } from '../../parts/moveTo.ts';
import { Probability, Sum } from '../../parts/probability.tsx';
import { usePage } from '../../state.ts';
import { blank } from './brush.ts';
import { Canvas } from './canvas.tsx';

/** Buttons that load the next image of a digit onto the canvas. */
const Loaders = ({ say }: { say: (text: string) => void }): VNode | null => {
  const state = usePage();
  const samples = samplesIn(state, 'test') ?? samplesIn(state, 'train');
  const next = useRef([0, 0]);
  if (!samples) return null;
  const { positive, negative } = state.run.config;
  const load = (label: 0 | 1): void => {
    const those = Array.from(samples.labels.keys()).filter((sample) => samples.labels[sample] === label);
    const turn = next.current[label]!;
    next.current[label] = turn + 1;
    const sample = those[turn % those.length];
    if (sample === undefined) return;
    state.drawn.value = pixelsAt(samples, sample).slice();
    say(`Loaded ${digitNamed(label === 1 ? positive : negative)}, image ${sample}`);
  };
  return (
    <>
      <button type="button" onClick={() => load(1)}>{`Load ${digitNamed(positive)}`}</button>
      <button type="button" onClick={() => load(0)}>{`Load ${digitNamed(negative)}`}</button>
    </>
  );
};

/** The reader's own digit, read by the network of the cursor's epoch. */
export const DrawIsland = (): VNode => {
  const state = usePage();
  const { run, frame, drawn, chosen, threshold } = state;
  const { positive, negative } = run.config;
  const { parameters } = run.frames[frame.value]!;
  const pixels = drawn.value;
  const seen = useMemo(() => look(parameters, pixels), [parameters, pixels]);
  const [erasing, setErasing] = useState(false);
  const [message, setMessage] = useState('');
  const say = (text: string): void => {
    const { prediction } = look(parameters, drawn.value);
    const isPositive = prediction > threshold.value;
    const reads = `Reads as ${digitNamed(isPositive ? positive : negative)}, ${likely(isPositive ? prediction : 1 - prediction)}.`;
    setMessage(text ? `${text}. ${reads}` : reads);
  };
  const maps = mapsOf('draw', 'your drawing', pixels, parameters.weight, seen, run.config);
  return (
    <div class="needs-scripts">
      <EpochSlider id="draw-epoch" />
      <div class="drawing">
        <div class="drawing__answer">
          <Probability prediction={seen.prediction} />
        </div>
        <div class="drawing__canvas">
          <Canvas erasing={erasing} say={say} />
          <p class="drawing__said" role="status">
            {message}
          </p>
          <p class="drawing__tools">
            <Loaders say={say} />
            <button type="button" aria-pressed={erasing} onClick={() => setErasing(!erasing)}>
              Eraser
            </button>
            <button
              type="button"
              onClick={() => {
                drawn.value = blank();
                say('Cleared');
              }}
            >
              Clear
            </button>
          </p>
          <p class="drawing__keys" id="draw-keys">
            Keyboard: arrow keys move, Space paints, also while you move; Backspace, or Shift with either,
            erases.
          </p>
        </div>
        <div class="drawing__maps">
          <div class="maps maps--two">
            <MapFigure map={maps.reluOut} />
            <MapFigure map={maps.contribution} />
          </div>
          <Sum seen={seen} bias={parameters.bias} />
          <p>
            <button
              type="button"
              onClick={() => {
                chosen.value = { set: 'drawn' };
                moveTo('sees', 'sees-answer');
              }}
            >
              Look at it place by place
            </button>
          </p>
        </div>
      </div>
      <MapData maps={[{ ...maps.image, id: 'draw-image' }, maps.reluOut, maps.contribution]} />
    </div>
  );
};
