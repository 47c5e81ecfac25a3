import type { VNode } from 'preact';
import { usePage } from '../state.ts';

/** A slider for the page's one epoch cursor; all of them stay in sync. */
export const EpochSlider = ({ id }: { id: string }): VNode => {
  const { run, frame, playing } = usePage();
  const last = run.frames.length - 1;
  const at = frame.value;
  const { epoch } = run.frames[at]!;
  return (
    <div class="slider needs-scripts">
      <button
        type="button"
        class="slider__play"
        disabled={last === 0}
        onClick={() => {
          if (!playing.value && frame.value >= last) frame.value = 0;
          playing.value = !playing.value;
        }}
      >
        {playing.value ? 'Pause' : 'Play'}
      </button>
      <label for={id}>Epoch</label>
      <input
        id={id}
        type="range"
        min={0}
        max={last}
        value={at}
        disabled={last === 0}
        aria-valuetext={epoch === 0 ? 'before training' : `after epoch ${epoch}`}
        onInput={(event) => {
          playing.value = false;
          frame.value = Number(event.currentTarget.value);
        }}
      />
      <output for={id}>{epoch === 0 ? 'start' : epoch}</output>
    </div>
  );
};
