import type { VNode } from 'preact';
import type { TrainResult } from '../../results/train.ts';
import { Figure } from '../components/figure.tsx';
import { Section } from '../components/section.tsx';
import { kernelPlot } from '../figures.ts';
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
export const Kernel = ({ train }: { train: TrainResult }): VNode => {
  const columns = train.parameters.kernel.map((_, at) => ({ label: `column ${at}` }));
  return (
    <Section id="kernel" question="What did the kernel learn?" title={title(train)}>
      <div class="row">
        <Figure
          square
          id="kernel-plot"
          label={`Trained ${train.config.kernelSize}x${train.config.kernelSize} Convolutional Kernel`}
          spec={kernelPlot(train)}
          columns={[{ label: 'Row' }, ...columns]}
          rows={train.parameters.kernel.map((row, at) => [at, ...row.map((value) => value.toFixed(4))])}
        >
          Row 0 is on top, as the notebook’s imshow draws it. Bright cells raise the output where the image
          has ink under them, dark ones lower it.
        </Figure>
        <Norms train={train} />
      </div>
    </Section>
  );
};
