import type { VNode } from 'preact';
import { parameterNames } from '../../../results/parameterNames.ts';
import type { TrainResult } from '../../../results/train.ts';
import { Figure } from '../../parts/figure.tsx';
import { Fold } from '../../parts/fold.tsx';
import { size } from '../../parts/format.ts';
import { Island } from '../../parts/island.tsx';
import { Section } from '../../parts/section.tsx';
import { Table } from '../../parts/table.tsx';
import { usePage } from '../../state.ts';
import { normsOf, normsPlot } from './norms.ts';

const norm = (values: readonly number[]): number => Math.hypot(...values);

const title = ({ initial, parameters }: TrainResult): string => {
  const before = initial.kernel.flat();
  const after = parameters.kernel.flat();
  // The initial kernel is stored in double precision, the final one in the engine's.
  const isSame = after.every((value, at) => Math.fround(value) === Math.fround(before[at]!));
  if (isSame) return 'The kernel has not moved';
  return `The kernel’s norm goes from ${size(norm(before))} to ${size(norm(after))}`;
};

const Norms = ({ train: { initial, parameters } }: { train: TrainResult }): VNode => {
  const values = {
    kernel: [initial.kernel.flat(), parameters.kernel.flat()],
    weight: [initial.weight, parameters.weight],
    bias: [[initial.bias], [parameters.bias]],
  } as const;
  return (
    <Table
      caption="Norms, and the trained values’ range"
      columns={['Parameter', 'Start', 'End', 'Smallest', 'Largest'].map((label) => ({ label }))}
      rows={parameterNames.map((name) => {
        const [start, end] = values[name];
        return [name, size(norm(start)), size(norm(end)), size(Math.min(...end)), size(Math.max(...end))];
      })}
    />
  );
};

/** The section "what did the kernel learn?", with the notebook's second figure. */
export const Kernel = ({ train }: { train: TrainResult }): VNode => {
  const { run } = usePage();
  return (
    <Section id="kernel" question="What did the kernel learn?" title={title(train)}>
      <div class="row">
        <div>
          <Island name="kernel" props={{}} />
        </div>
        <Norms train={train} />
      </div>
      <Fold summary="Before training, the change since then, and the norms by epoch">
        <Island name="kernelChange" props={{}} />
        <Figure
          id="norms"
          label="Norms of kernel, weight and bias by epoch"
          spec={normsPlot(run)}
          columns={[{ label: 'Epoch' }, ...parameterNames.map((label) => ({ label }))]}
          rows={run.frames.map((frame) => {
            const norms = normsOf(frame);
            return [frame.epoch || 'start', ...parameterNames.map((name) => size(norms[name]))];
          })}
        />
      </Fold>
    </Section>
  );
};
