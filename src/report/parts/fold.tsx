import type { ComponentChildren, VNode } from 'preact';

/**
 * Folds a part of a section away until the reader opens it, or follows a link to its section. The summary says what is
 * inside. `data`: a table of numbers, which a link leaves closed. `open`: from the start, where it shows what is wrong.
 */
export const Fold = (props: {
  summary: string;
  data?: boolean;
  open?: boolean;
  children: ComponentChildren;
}): VNode => (
  <details class={props.data ? 'data' : 'fold'} open={props.open}>
    <summary>{props.summary}</summary>
    {props.children}
  </details>
);
