import type { ComponentChildren, VNode } from 'preact';

/**
 * Folds away a part of a section until the reader opens it, or follows a link to its section. The summary says what is
 * inside. `data`: a table of numbers, which a link leaves closed. `open`: open from the start, for a part that shows an
 * error.
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
