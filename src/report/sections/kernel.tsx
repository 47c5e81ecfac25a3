import type { VNode } from 'preact';
import type { TrainResult } from '../../results/train.ts';
import { Island } from '../components/island.tsx';
import { Section } from '../components/section.tsx';
import { size } from '../format.ts';

const norm = (values: readonly number[]): number => Math.hypot(...values);

const title = ({ initial, parameters }: TrainResult): string => {
  const before = initial.kernel.flat();
  const after = parameters.kernel.flat();
  const moved = norm(after.map((value, at) => value - (before[at] ?? 0)));
  if (moved === 0) return 'The kernel has not moved';
  return `The kernel’s norm goes from ${size(norm(before))} to ${size(norm(after))}`;
};

const Norms = ({ train: { initial, parameters } }: { train: TrainResult }): VNode => {
  const values = parameters.kernel.flat();
  const rows = {
    'Kernel norm, start': size(norm(initial.kernel.flat())),
    'Kernel norm, end': size(norm(values)),
    'Largest kernel value': size(Math.max(...values)),
    'Smallest kernel value': size(Math.min(...values)),
    'Weight norm, start': size(norm(initial.weight)),
    'Weight norm, end': size(norm(parameters.weight)),
    'Bias, end': size(parameters.bias),
  };
  return (
    <dl class="figures">
      {Object.entries(rows).map(([name, value]) => (
        <div>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
};

/** What did the kernel learn? The notebook's second figure. */
export const Kernel = ({ train }: { train: TrainResult }): VNode => (
  <Section id="kernel" question="What did the kernel learn?" title={title(train)}>
    <Island name="kernel" props={{}} />
    <Norms train={train} />
  </Section>
);
