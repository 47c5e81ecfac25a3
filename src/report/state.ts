import { type Signal, signal } from '@preact/signals';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Run } from '../notebook/inference/run.ts';
import type { PlotSpec } from './parts/figureSpec.ts';
import { blank } from './sections/draw/brush.ts';

/** The image shown on the page: one of the run's, or the reader's drawing. */
export type Chosen = { readonly set: 'train' | 'test'; readonly at: number } | { readonly set: 'drawn' };

/** The state shared by all sections of the page: the run, and the reader's cursors. */
export interface PageState {
  readonly run: Run;
  /** Index into run.frames: the page's one epoch cursor. */
  readonly frame: Signal<number>;
  /** The image that the network reads. */
  readonly chosen: Signal<Chosen>;
  /** The reader's drawing, [256]. */
  readonly drawn: Signal<Float32Array>;
  /** A prediction above this is read as the positive digit. */
  readonly threshold: Signal<number>;
  /** Whether the cursor moves on by itself. */
  readonly playing: Signal<boolean>;
}

const firstOf = ({ images }: Run): Chosen => {
  if (images && images.test.count > 0) return { set: 'test', at: 0 };
  return images && images.train.count > 0 ? { set: 'train', at: 0 } : { set: 'drawn' };
};

/** The initial cursors: after the last epoch, at the first test image, nothing drawn. */
export const openState = (run: Run): PageState => ({
  run,
  frame: signal(run.frames.length - 1),
  chosen: signal<Chosen>(firstOf(run)),
  drawn: signal(blank()),
  threshold: signal(0.5),
  playing: signal(false),
});

/** The page's state; null on a page without a training run. */
export const PageContext = createContext<PageState | null>(null);

/** The page's state, in a component of an island. @throws Error outside a page with a training run */
export function usePage(): PageState {
  const state = useContext(PageContext);
  if (!state) throw new Error('usePage: expected a page with a training run, got none');
  return state;
}

/** Draws a figure over its still picture, or redraws it; null while the page is made. */
export const DrawContext = createContext<((at: HTMLElement, spec: PlotSpec) => void) | null>(null);
