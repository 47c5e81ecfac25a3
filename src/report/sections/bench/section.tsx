import type { VNode } from 'preact';
import type { BenchResult, GrowthResult } from '../../../results/bench.ts';
import {
  alike,
  benchLine,
  duration,
  fusedOf,
  growthTable,
  inOrder,
  mainTables,
  measured,
  times,
  WHOLE_TRAINING,
} from '../../../results/benchTables.ts';
import { Figure } from '../../parts/figure.tsx';
import { Section } from '../../parts/section.tsx';
import { Table } from '../../parts/table.tsx';
import { growthPlot, speedPlot } from './figure.ts';

const title = (bench: BenchResult): string => {
  const time = fusedOf(bench)?.microsecondsPerStep;
  if (!time) return 'The fused engine was not measured';
  const whole = `The fused engine takes ${duration(time.median * WHOLE_TRAINING)} for 16,000 steps`;
  const said = bench.ratios.find(({ ours, ratio }) => ours === 'fused' && ratio !== null);
  return said?.ratio ? `${whole}: ${times(said.ratio).replace('x', ' times as fast')}, ${said.label}` : whole;
};

/** How fast is it, beside everybody else? */
export const Bench = ({ bench }: { bench: BenchResult }): VNode => (
  <Section id="bench" question="How fast is it?" title={title(bench)}>
    <p class="lead">
      {bench.partial !== null && <strong>PARTIAL: {bench.partial}. </strong>}
      {benchLine(bench)}. Everybody trains the same network on the same images from the same start; a loss
      that is not that of this training is found, and its time is used nowhere.
    </p>
    <Figure
      tall
      id="bench-speed"
      label="Microseconds a step of everybody who was measured"
      spec={speedPlot(bench)}
      columns={[{ label: 'who' }, { label: 'us a step' }]}
      rows={inOrder(alike(bench)).map(({ name, how, microsecondsPerStep: time }) => [
        `${name}: ${how}`,
        time ? measured(time.median) : 'not measured',
      ])}
    >
      Medians of what was measured in turns, on a logarithmic axis.
    </Figure>
    {mainTables(bench).map(({ caption, columns, rows }) => (
      <Table caption={caption} columns={columns} rows={rows} />
    ))}
    <div class="row">
      {bench.growth.map((growth) => (
        <Growth growth={growth} />
      ))}
    </div>
  </Section>
);

const Growth = ({ growth }: { growth: GrowthResult }): VNode => {
  const { caption, columns, rows } = growthTable(growth);
  return (
    <Figure
      id={`bench-growth-${growth.by}`}
      label={caption}
      spec={growthPlot(growth)}
      columns={columns}
      rows={rows}
    >
      {caption}.
    </Figure>
  );
};
