import type { VNode } from 'preact';

/** Single figures, each with its name. */
export const Figures = ({ figures }: { figures: Readonly<Record<string, string>> }): VNode => (
  <dl class="figures">
    {Object.entries(figures).map(([name, value]) => (
      <div>
        <dt>{name}</dt>
        <dd>{value}</dd>
      </div>
    ))}
  </dl>
);
