import type { VNode } from 'preact';
import { pairText } from '../../../notebook/sweep/grid.ts';
import type { Distribution, SweepOutcome, SweepResult } from '../../../results/sweep.ts';
import { percent } from '../../../system/text.ts';
import { Figure } from '../../parts/figure.tsx';
import { Fold } from '../../parts/fold.tsx';
import { count, counted, listed, seconds, size } from '../../parts/format.ts';
import { Section } from '../../parts/section.tsx';
import { Status } from '../../parts/status.tsx';
import { Table } from '../../parts/table.tsx';
import { deathsOf, seedsShown } from './deaths.ts';
import { accuracyBins, lossBins, sweepAccuracyPlot, sweepLossPlot } from './figure.ts';
import { sweepFinding } from './finding.ts';

/** Limit on the rows of a table for reading; the full data is in sweep.json. */
const MOST_ROWS = 200;

const binColumns = (of: string) => [
  { label: of },
  { label: 'Trained' },
  { label: 'Stalled' },
  { label: 'Dead' },
];

/** How often do runs die? Many seeds, pairs and learning rates. */
export const Sweep = ({ sweep }: { sweep: SweepResult }): VNode => {
  const { summary, config, provenance } = sweep;
  const tested = summary.testAccuracy === null ? 'training' : 'test';
  return (
    <Section id="sweep" question="How often do runs die?" finding={sweepFinding(sweep)}>
      <p class="lead">
        {counted(summary.runs, 'run')}: seeds {config.seeds}, digits {listed(config.pairs.map(pairText))},
        learning rate {listed(config.learningRates.map(String))}; {config.perClass} images of each digit,{' '}
        {counted(config.epochs, 'epoch')}, a {config.kernelSize}x{config.kernelSize} kernel.{' '}
        {timeSentence(sweep)}
      </p>
      {sweep.partial && (
        <p>
          <Status status="warn" word="PARTIAL" /> {sweep.partial.message}
        </p>
      )}
      <div class="row">
        <Figure
          id="sweep-losses"
          label={`Runs by their last loss: ${spread(summary.lastLoss, size)}`}
          spec={sweepLossPlot(sweep)}
          columns={binColumns('Loss')}
          rows={lossBins(sweep).map(({ from, to, trained, stalled, dead }) => [
            `${size(from)} to ${size(to)}`,
            trained,
            stalled,
            dead,
          ])}
        >
          {`The loss after the last epoch, ${spread(summary.lastLoss, size)}.`}
        </Figure>
        <Figure
          id="sweep-accuracies"
          label={`Runs by their accuracy: ${spread(summary[`${tested === 'test' ? 'test' : 'train'}Accuracy`], percent)}`}
          spec={sweepAccuracyPlot(sweep)}
          columns={binColumns('Read right')}
          rows={accuracyBins(sweep).map(({ from, to, trained, stalled, dead }) => [
            `${percent(from)} to ${percent(to)}`,
            trained,
            stalled,
            dead,
          ])}
        >
          {`The share of the ${tested} images that is read right, ${spread(summary[`${tested === 'test' ? 'test' : 'train'}Accuracy`], percent)}.`}
        </Figure>
      </div>
      <Fold summary="Runs by digits and learning rate; which seeds die, and when">
        <Groups sweep={sweep} />
        <Deaths sweep={sweep} />
      </Fold>
      <p>
        Repeat it: <code>{provenance.command}</code>
      </p>
    </Section>
  );
};

const spread = (of: Distribution, text: (value: number) => string): string =>
  of === null
    ? 'no run has one'
    : `median ${text(of.median)}, the middle half from ${text(of.lowerQuartile)} to ${text(of.upperQuartile)}, all from ${text(of.least)} to ${text(of.greatest)}`;

function timeSentence({ summary: { runs }, timing: { seconds: spent } }: SweepResult): string {
  if (runs === 0 || spent === 0) return '';
  return `They were made in ${seconds(spent)}: ${count(Math.round(runs / spent))} a second.`;
}

const Groups = ({ sweep: { summary, config } }: { sweep: SweepResult }): VNode => {
  const cells = ({ runs, dead, deadShare, stalled, diverged, lastLoss, testAccuracy }: SweepOutcome) => [
    count(runs),
    count(dead),
    deadShare === null ? '' : percent(deadShare),
    count(stalled),
    count(diverged),
    lastLoss === null ? '' : size(lastLoss.median),
    testAccuracy === null ? '' : percent(testAccuracy.median),
  ];
  const { groups, ...all } = summary;
  return (
    <Table
      caption="Runs by digits and learning rate"
      columns={[
        { label: 'Digits' },
        { label: 'Learning rate' },
        { label: 'Runs' },
        { label: 'Dead' },
        { label: 'Share' },
        { label: 'Stalled' },
        { label: 'Diverged' },
        { label: 'Median last loss' },
        { label: 'Median test accuracy' },
      ]}
      rows={[
        ...groups
          .slice(0, MOST_ROWS)
          .map((group) => [pairText(config.pairs[group.pair]!), group.learningRate, ...cells(group)]),
        ...(groups.length > 1 ? [['all', '', ...cells(all)]] : []),
      ]}
    />
  );
};

const Deaths = ({ sweep }: { sweep: SweepResult }): VNode => {
  const deaths = deathsOf(sweep);
  if (deaths.length === 0) return <p>No run dies, stalls or diverges.</p>;
  const more = deaths.length - MOST_ROWS;
  return (
    <>
      <p>
        A run is dead once no pre-activation of any training image is above 0, stalled once every training
        image gets the same answer with some ReLUs still open. Epoch 0 is the start.
      </p>
      <Table
        stacked
        caption="Which seeds die, and when"
        columns={[
          { label: 'Digits' },
          { label: 'Learning rate' },
          { label: 'What', text: true },
          { label: 'Epoch' },
          { label: 'Runs' },
          { label: 'Seeds', text: true },
        ]}
        rows={deaths
          .slice(0, MOST_ROWS)
          .map(({ pair, learningRate, what, epoch, seeds }) => [
            pairText(sweep.config.pairs[pair]!),
            learningRate,
            what === 'diverged' ? 'diverged in' : `${what} since`,
            epoch,
            count(seeds.length),
            seedsShown(seeds),
          ])}
      />
      {more > 0 && <p>{`${counted(more, 'row')} more can be made of sweep.json.`}</p>}
    </>
  );
};
