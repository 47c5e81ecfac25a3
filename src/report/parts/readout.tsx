import type { VNode } from 'preact';

/** Figures that follow the page's cursor, side by side. */
export const Readout = ({ values }: { values: Record<string, string> }): VNode => (
  <dl class="readout">
    {Object.entries(values).map(([name, value]) => (
      <div>
        <dt>{name}</dt>
        <dd>{value}</dd>
      </div>
    ))}
  </dl>
);
