import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { usePage } from '../state.ts';

/** Frames a second while playing. */
const FRAMES_A_SECOND = 12;

/** The page's one epoch cursor: every slider of it is the same. It plays only when asked. */
export const EpochSlider = ({ id }: { id: string }): VNode => {
  const { run, frame } = usePage();
  const [playing, setPlaying] = useState(false);
  const last = run.frames.length - 1;
  const at = frame.value;
  const { epoch } = run.frames[at]!;
  useEffect(() => {
    if (!playing) return;
    const timer = setInterval(() => {
      if (frame.value >= last) setPlaying(false);
      else frame.value += 1;
    }, 1000 / FRAMES_A_SECOND);
    return () => clearInterval(timer);
  }, [playing]);
  return (
    <div class="slider needs-scripts">
      <button
        type="button"
        class="slider__play"
        disabled={last === 0}
        onClick={() => {
          if (!playing && frame.value >= last) frame.value = 0;
          setPlaying(!playing);
        }}
      >
        {playing ? 'Pause' : 'Play'}
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
          setPlaying(false);
          frame.value = Number(event.currentTarget.value);
        }}
      />
      <output for={id}>{epoch === 0 ? 'start' : epoch}</output>
    </div>
  );
};
