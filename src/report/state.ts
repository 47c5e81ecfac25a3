import { type Signal, signal } from '@preact/signals';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { PlotSpec } from './figures/spec.ts';
import type { Run } from './run.ts';

/** What all sections of the page share: the run, and where the reader's cursors stand. */
export interface PageState {
  readonly run: Run;
  /** Index into run.frames: the one epoch cursor of the page. */
  readonly frame: Signal<number>;
}

/** The cursors as the page opens: after the last epoch. */
export const openState = (run: Run): PageState => ({
  run,
  frame: signal(run.frames.length - 1),
});

/** The page's state; null on a page without a training run. */
export const PageContext = createContext<PageState | null>(null);

/** The page's state, in a component of an island. @throws Error outside of a page with a training run */
export function usePage(): PageState {
  const state = useContext(PageContext);
  if (!state) throw new Error('usePage: expected a page with a training run, got none');
  return state;
}

/** Draws a figure over its still picture, or draws it anew; null while the page is made. */
export const DrawContext = createContext<((at: HTMLElement, spec: PlotSpec) => void) | null>(null);
