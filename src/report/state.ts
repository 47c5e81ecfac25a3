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
  /** Draws a figure over its still picture, or draws it anew; not there while the page is made. */
  readonly draw?: ((at: HTMLElement, spec: PlotSpec) => void) | undefined;
}

/** The cursors as the page opens: after the last epoch. */
export const openState = (run: Run, draw?: PageState['draw']): PageState => ({
  run,
  frame: signal(run.frames.length - 1),
  draw,
});

export const PageContext = createContext<PageState | null>(null);

/** The page's state, in a component of an island. @throws Error outside of a page with a training run */
export function usePage(): PageState {
  const state = useContext(PageContext);
  if (!state) throw new Error('usePage: expected a page with a training run, got none');
  return state;
}
