import type { VNode } from 'preact';
import type { Status as StatusName } from '../findings.ts';

/** Shapes that differ without their colour: check in a circle, cross in an octagon, triangle, letter in a square. */
const shapes = {
  pass: <path d="M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1Zm3.6 4.3L7 9.9 4.5 7.4 3.4 8.5 7 12.1l5.7-5.7Z" />,
  fail: (
    <path d="M5.1 1h5.8L15 5.1v5.8L10.9 15H5.1L1 10.9V5.1ZM5.8 4.6 4.6 5.8 6.8 8l-2.2 2.2 1.2 1.2L8 9.2l2.2 2.2 1.2-1.2L9.2 8l2.2-2.2-1.2-1.2L8 6.8Z" />
  ),
  warn: <path d="M8 1 15.5 14.5H.5ZM7.2 6v4.3h1.6V6Zm0 5.4V13h1.6v-1.6Z" />,
  info: (
    <path d="M2 1h12a1 1 0 0 1 1 1v12a1 1 0 0 1-1 1H2a1 1 0 0 1-1-1V2a1 1 0 0 1 1-1Zm5.2 6v5h1.6V7Zm0-3v1.7h1.6V4Z" />
  ),
} satisfies Record<StatusName, VNode>;

/** The icon with its word. */
export const Status = ({ status, word }: { status: StatusName; word: string }): VNode => (
  <span class={`status status--${status}`}>
    <svg viewBox="0 0 16 16" width="16" height="16" fill-rule="evenodd" aria-hidden="true">
      {shapes[status]}
    </svg>
    {word}
  </span>
);
