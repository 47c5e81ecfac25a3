import type { VNode } from 'preact';

/** A command, and a button that copies it. */
export const Command = ({ id, command }: { id: string; command: string }): VNode => (
  <div class="command">
    <pre>
      <code id={id}>{command}</code>
    </pre>
    <button type="button" data-copy={id} hidden>
      Copy
    </button>
  </div>
);
