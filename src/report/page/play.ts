import { effect } from '@preact/signals';
import type { PageState } from '../state.ts';

/** Frames per second while playing. */
const FRAMES_A_SECOND = 12;

/** Advances the page's cursor while it plays, and stops it at the end. It plays only when a reader asks for it. */
export const followPlaying = ({ run, frame, playing }: PageState): void => {
  const last = run.frames.length - 1;
  effect(() => {
    if (!playing.value) return;
    const timer = setInterval(() => {
      if (frame.value < last) frame.value += 1;
      if (frame.value >= last) playing.value = false;
    }, 1000 / FRAMES_A_SECOND);
    return () => clearInterval(timer);
  });
};
