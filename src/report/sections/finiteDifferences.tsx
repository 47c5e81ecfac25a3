import type { VNode } from 'preact';
import type { CompareResult } from '../../results/compare.ts';
import { parameterNames } from '../../results/parameterNames.ts';
import { Section } from '../components/section.tsx';
import { Table } from '../components/table.tsx';
import { counted, size } from '../format.ts';

const title = ({ finiteDifferences: checks }: CompareResult): string => {
  const failed = checks.filter((check) => check.verdict === 'fail').length;
  const passed = checks.filter((check) => check.verdict === 'pass').length;
  if (failed > 0) return `Finite differences contradict the manual gradient at ${counted(failed, 'step')}`;
  return passed === checks.length
    ? `Finite differences confirm the manual gradient at ${counted(passed, 'step')}`
    : `Finite differences confirm the manual gradient at ${passed} of ${counted(checks.length, 'step')}`;
};

/** Does the gradient fit the loss itself, without anybody's derivative? */
export const FiniteDifferences = ({ compare }: { compare: CompareResult }): VNode => (
  <Section
    id="finite-differences"
    question="Does it fit the loss itself?"
    title={
      compare.finiteDifferences.length > 0 ? title(compare) : 'This comparison took no finite differences'
    }
  >
    {compare.finiteDifferences.length > 0 && (
      <>
        <p class="lead">
          Central differences of the exact loss, in double precision, against every element of the gradient:
          at steps spread over the run, at those where the network is most wrong, and at those with the fewest
          open ReLUs. Where a ReLU would switch within the step of the difference it is held as it is.
        </p>
        <Table
          caption="Manual gradient against central differences"
          columns={[
            { label: 'Epoch' },
            { label: 'Sample' },
            { label: 'Chosen as', text: true },
            { label: 'Logit' },
            { label: 'Open' },
            ...parameterNames.map((name) => ({ label: `${name}: max abs` })),
            { label: 'Over allowed' },
            { label: 'Left out' },
            { label: 'Verdict', text: true },
          ]}
          rows={compare.finiteDifferences.map((check) => [
            check.epoch,
            check.sample,
            check.reason,
            check.logit.toFixed(2),
            check.open,
            ...parameterNames.map((name) => size(check.maxAbs[name])),
            size(Math.max(...parameterNames.map((name) => check.maxOverAllowed[name]))),
            check.skipped,
            check.verdict,
          ])}
        />
      </>
    )}
  </Section>
);
