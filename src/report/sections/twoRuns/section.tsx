import type { VNode } from 'preact';
import type { TrainResult } from '../../../results/train.ts';
import { percent } from '../../../system/text.ts';
import { reluFinding } from '../../findings.ts';
import { Figure } from '../../parts/figure.tsx';
import { Fold } from '../../parts/fold.tsx';
import { capitalized, listed, size } from '../../parts/format.ts';
import { Section } from '../../parts/section.tsx';
import { Table } from '../../parts/table.tsx';
import { kernelPlot } from '../kernel/figure.ts';
import { twoActivePlot, twoLossesPlot } from './figure.ts';

type Runs = readonly [TrainResult, TrainResult];

const settings = [
  ['seed', 'seed'],
  ['positive', 'positive'],
  ['negative', 'negative'],
  ['perClass', 'images of each'],
  ['epochs', 'epochs'],
  ['learningRate', 'learning rate'],
  ['kernelSize', 'kernel size'],
  ['engine', 'engine'],
  ['loss', 'loss'],
  ['data', 'data'],
] as const;

const differing = ([first, second]: Runs) =>
  settings.filter(([key]) => first.config[key] !== second.config[key]);

/**
 * Names that tell the two runs apart: their settings, otherwise their order. Only numbers and fixed names, since
 * figures show them.
 */
const namesOf = (runs: Runs): [string, string] => {
  const telling = differing(runs).filter(([key]) => key !== 'data');
  const name = (run: TrainResult, order: string): string =>
    telling.length === 0
      ? `the ${order} run`
      : telling.map(([key, word]) => `${word} ${run.config[key]}`).join(', ');
  return [name(runs[0], 'first'), name(runs[1], 'second')];
};

const outcome = (run: TrainResult): string => {
  const { deadReluSince, stalledSince } = run.diagnosis;
  if (deadReluSince !== null) return `dies in epoch ${deadReluSince}`;
  if (stalledSince !== null) return `stalls in epoch ${stalledSince}`;
  const { accuracy } = run.test;
  return accuracy === null
    ? `ends with ${percent(run.train.accuracy)} of its training images read right`
    : `reads ${percent(accuracy)} of the test images right`;
};

const lastLoss = ({ losses }: TrainResult): string => {
  const last = losses.at(-1);
  return last === undefined ? 'no epoch was finished' : size(last);
};

const rowsOf = (kernel: readonly (readonly number[])[]): (string | number)[][] =>
  kernel.map((row, at) => [at, ...row.map((value) => value.toFixed(4))]);

/** How do two runs differ? Shows one laid over the other. */
export const TwoRuns = ({ runs }: { runs: Runs }): VNode => {
  const names = namesOf(runs);
  const apart = differing(runs).map(([, word]) => word);
  const columns = [{ label: 'Epoch' }, ...names.map((label) => ({ label }))];
  const epochs = Math.max(...runs.map(({ losses }) => losses.length));
  const byEpoch = (values: (run: TrainResult) => readonly number[], shown: (value: number) => string) =>
    Array.from({ length: epochs }, (_, at) => [
      at + 1,
      ...runs.map((run) => {
        const value = values(run)[at];
        return value === undefined ? '' : shown(value);
      }),
    ]);
  return (
    <Section
      id="two-runs"
      question="How do the two runs differ?"
      title={`${capitalized(names[0])} ${outcome(runs[0])}, ${names[1]} ${outcome(runs[1])}`}
    >
      <p class="lead">
        {apart.length === 0
          ? 'Both runs have the same settings. '
          : `They differ in ${listed(apart)}; the rest of the settings is the same. `}
        Everything else on this page is the first run’s.
      </p>
      <div class="row">
        <Figure
          id="two-losses"
          label="Loss of both runs by epoch"
          spec={twoLossesPlot(runs, names)}
          columns={columns}
          rows={byEpoch(({ losses }) => losses, String)}
        />
        <Figure
          id="two-open-relus"
          label="Share of open ReLUs of both runs by epoch"
          spec={twoActivePlot(runs, names)}
          columns={columns}
          rows={byEpoch(({ diagnosis }) => diagnosis.activeFraction, percent)}
        />
      </div>
      <Fold summary="Both kernels, and the runs side by side in numbers">
        <div class="row">
          {runs.map((run, at) => (
            <Figure
              square
              id={`two-kernel-${at + 1}`}
              label={`Trained kernel, ${names[at]}`}
              spec={kernelPlot(
                Float64Array.from(run.parameters.kernel.flat()),
                `Trained kernel, ${names[at]}`,
              )}
              columns={[
                { label: 'Row' },
                ...run.parameters.kernel.map((_, column) => ({ label: `column ${column}` })),
              ]}
              rows={rowsOf(run.parameters.kernel)}
            />
          ))}
        </div>
        <Table
          stacked
          caption="Both runs side by side"
          columns={[{ label: 'What' }, ...names.map((label) => ({ label: capitalized(label), text: true }))]}
          rows={[
            ...settings.map(([key, word]) => [
              capitalized(word),
              ...runs.map((run) => String(run.config[key])),
            ]),
            ['Loss after the last epoch', ...runs.map(lastLoss)],
            ['Training accuracy', ...runs.map(({ train }) => percent(train.accuracy))],
            [
              'Test accuracy',
              ...runs.map(({ test }) => (test.accuracy === null ? 'no test images' : percent(test.accuracy))),
            ],
            ['ReLU', ...runs.map((run) => reluFinding(run).sentence)],
          ]}
        />
      </Fold>
    </Section>
  );
};
