import type { VNode } from 'preact';
import type { CompareResult } from '../../../results/compare.ts';
import type { TrainResult } from '../../../results/train.ts';
import { loggedFinding, saturationFinding } from '../../findings.ts';
import { Fold } from '../../parts/fold.tsx';
import { count, size } from '../../parts/format.ts';
import { Island } from '../../parts/island.tsx';
import { Section } from '../../parts/section.tsx';
import { Table } from '../../parts/table.tsx';
import type { ReportResults } from '../../results.ts';

const place = (at: { epoch: number; sample: number; logit: number }): string =>
  `epoch ${at.epoch}, sample ${at.sample}, logit ${at.logit.toFixed(2)}`;

const LoggedTable = ({ logged }: { logged: CompareResult['logged'] }): VNode => (
  <Table
    stacked
    caption="Manual gradient against autodiff of the logged loss"
    columns={[{ label: 'What' }, { label: 'Found', text: true }]}
    rows={[
      ['Largest absolute difference of the gradients', size(logged.maxAbs)],
      ['Largest relative difference', size(logged.maxRel)],
      ['First step that differs', logged.firstStep ? place(logged.firstStep) : 'none'],
      ...(logged.largest
        ? [
            ['Step that differs most', `${place(logged.largest)}, label ${logged.largest.label}`],
            [
              'Gradient by the logit there',
              `manual ${size(logged.largest.dLogitManual)}, logged ${size(logged.largest.dLogitLogged)}`,
            ],
            ['Difference of the kernel’s gradient there', size(logged.largest.kernelDifference)],
          ]
        : []),
      ['Steps that the 1e-7 explains', count(logged.explainedSteps)],
      ['Steps that it does not explain', count(logged.unexplainedSteps)],
    ]}
  />
);

const Logits = ({ train }: { train: TrainResult }): VNode => (
  <>
    <p class="lead">
      The notebook logs a loss with 1e-7 inside its logarithms, and trains with the gradient of the exact one.
      Where the network is sure of the wrong answer the two part: beyond a logit of about 16 the gradient of
      the logged loss fades to less than half, just where there is most to learn. The hand-written gradient is
      the exact one and keeps teaching there.
    </p>
    {train.losses.length === 0 ? <p>No epoch was finished, so no logits were counted.</p> : null}
    <Island name="saturation" props={{}} />
  </>
);

/** Is the loss saturating? The gradient of the logged loss by logit, and its autodiff in the comparison. */
export const Saturation = ({ results: { train, compare } }: { results: ReportResults }): VNode => {
  const finding = train ? saturationFinding(train) : compare && loggedFinding(compare);
  return (
    <Section id="saturation" question="Is the loss saturating?" {...(finding ? { finding } : {})}>
      <Fold
        summary={
          train
            ? 'What the logged loss teaches, by the logit'
            : 'Where the logged loss differs, and by how much'
        }
        open={compare !== undefined && loggedFinding(compare).status === 'warn'}
      >
        {train && <Logits train={train} />}
        {compare && (
          <>
            {train && <h3>{loggedFinding(compare).sentence}</h3>}
            <p class="lead">{compare.logged.explanation}</p>
            <LoggedTable logged={compare.logged} />
          </>
        )}
      </Fold>
    </Section>
  );
};
