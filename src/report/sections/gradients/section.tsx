import type { VNode } from 'preact';
import type { CompareResult, Pair } from '../../../results/compare.ts';
import { type ParameterName, parameterNames } from '../../../results/parameterNames.ts';
import { differencesFinding, gradientFinding, headlinePair, pairName } from '../../findings.ts';
import { Fold } from '../../parts/fold.tsx';
import { counted, size } from '../../parts/format.ts';
import { Island } from '../../parts/island.tsx';
import { judgedCells, judgedColumns, PairTable } from '../../parts/pair.tsx';
import { Section } from '../../parts/section.tsx';
import { Table } from '../../parts/table.tsx';

/** The same two sides in the other precision. */
const beside = (pairs: readonly Pair[], { left, right, loss, precision }: Pair): Pair[] =>
  pairs.filter(
    (pair) =>
      pair.left === left && pair.right === right && pair.loss === loss && pair.precision !== precision,
  );

const Headline = ({ pairs, pair }: { pairs: readonly Pair[]; pair: Pair }): VNode => {
  const both = [pair, ...beside(pairs, pair)];
  return (
    <Table
      stacked
      caption={`${pairName(pair)}, ${both.map(({ precision }) => precision).join(' beside ')}: largest difference over all steps`}
      columns={[{ label: 'Gradient of' }, { label: 'Precision', text: true }, ...judgedColumns]}
      rows={parameterNames.flatMap((name) =>
        both.map((one) => [name, one.precision, ...judgedCells(one, name)]),
      )}
    />
  );
};

/** The parameter with the largest share of the allowed error. */
const nearest = (pair: Pair): ParameterName =>
  parameterNames.reduce((most, name) =>
    pair.parameters[name].maxOverAllowed > pair.parameters[most].maxOverAllowed ? name : most,
  );

const FiniteDifferences = ({ compare: { finiteDifferences } }: { compare: CompareResult }): VNode => (
  <>
    <h3 id="finite-differences">{differencesFinding(finiteDifferences)}</h3>
    {finiteDifferences.length > 0 && (
      <Fold data summary={`All ${counted(finiteDifferences.length, 'step')} that were checked`}>
        <p>
          Central differences of the exact loss, in double precision, against every element of the gradient:
          at steps spread over the run, at those where the network is most wrong, and at those with the fewest
          open ReLUs. Where a ReLU would switch within the step of the difference it is held as it is.
        </p>
        <Table
          caption="Manual gradient against central differences"
          columns={[
            { label: 'Epoch, sample' },
            { label: 'Chosen as', text: true },
            { label: 'Logit' },
            { label: 'Open' },
            ...parameterNames.map((name) => ({ label: name })),
            { label: 'Over allowed' },
            { label: 'Verdict', text: true },
          ]}
          rows={finiteDifferences.map((check) => [
            `${check.epoch}, ${check.sample}`,
            check.reason,
            check.logit.toFixed(2),
            check.open,
            ...parameterNames.map((name) => size(check.maxAbs[name])),
            size(Math.max(...parameterNames.map((name) => check.maxOverAllowed[name]))),
            check.skipped === 0 ? check.verdict : `${check.verdict}, ${check.skipped} left out`,
          ])}
        />
      </Fold>
    )}
  </>
);

/**
 * Did my gradient match? Hand-written against autodiff, element by element and epoch by epoch, and against the loss
 * itself.
 */
export const Gradients = ({ compare }: { compare: CompareResult }): VNode => {
  const { pairs, scatter, perEpoch, perEpochFloat64 } = compare;
  const pair = headlinePair(pairs);
  return (
    <Section id="gradients" question="Is the gradient right?" finding={gradientFinding(compare)}>
      <p class="lead">
        At every step of the run each parameter’s gradient was computed both ways. <i>Over allowed</i> judges:
        it sets the difference against what the arithmetic’s own rounding explains at that element, and above
        1 is a mistake.
        {compare.exact.verdict === 'proved' &&
          ' The algebra itself is proved, so that these differences are about rounding only.'}
      </p>
      {pair ? <Headline pairs={pairs} pair={pair} /> : <p>No step was compared.</p>}
      {pair && perEpoch.length > 0 && (
        <Fold summary="The differences element by element, and epoch by epoch: two figures">
          <Island name="gradients" props={{ first: nearest(pair), scatter, perEpoch, perEpochFloat64 }} />
        </Fold>
      )}
      {pairs.length > 0 && (
        <Fold
          data
          summary={`All ${counted(pairs.length, 'pair')} of gradients: worst elements, relative errors, ULP`}
          open={pairs.some(({ verdict }) => verdict === 'fail')}
        >
          <p class="lead">
            Relative error and ULP do not judge: p − y cancels near saturation, where a right gradient may
            differ by all of its tiny size.
          </p>
          {pairs.map((one) => (
            <PairTable pair={one} />
          ))}
        </Fold>
      )}
      <FiniteDifferences compare={compare} />
    </Section>
  );
};
