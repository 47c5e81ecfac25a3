import type { VNode } from 'preact';
import type { AuditResult } from '../../../results/audit.ts';
import { cameAndRight, casesText, type Fault, sortedFaults } from '../../../results/auditFaults.ts';
import { Fold } from '../../parts/fold.tsx';
import { counted, listed, seconds } from '../../parts/format.ts';
import { Section } from '../../parts/section.tsx';
import { Table } from '../../parts/table.tsx';

/** Are the gradients of TensorFlow.js itself right? Lists the faults, op by op, on each backend. */
export const Audit = ({ audit }: { audit: AuditResult }): VNode => {
  const { summary, cases, backends } = audit;
  const { wrong, others, without } = sortedFaults(audit);
  const fresh = summary.fresh.length;
  const proved = Object.values(summary.exact).filter(({ verdict }) => verdict === 'proved').length;
  return (
    <Section
      id="audit"
      question="Are the gradients of TensorFlow.js itself right?"
      title={
        fresh === 0
          ? `${counted(wrong.length, 'known mistake')} that this project does not fix, and no new one`
          : `${counted(fresh, 'result')} of the audit came out neither right nor as known`
      }
    >
      <p class="lead">
        {counted(cases.length, 'case')} of {summary.audited} of the {summary.gradients} gradients that are
        registered, in {seconds(summary.seconds)}: in double precision against finite differences, in single
        precision against double precision; first with what this project corrects, then as TensorFlow.js is
        shipped. The exact check proves {proved} of these gradients.
      </p>
      <Table
        caption="Cases by backend"
        columns={[
          { label: 'Backend' },
          { label: 'Right' },
          { label: 'Wrong' },
          { label: 'Refused' },
          { label: 'Cannot tell' },
          { label: 'Wrong as shipped' },
          { label: 'Refused as shipped' },
          { label: 'Kernels of this project', text: true },
        ]}
        rows={backends.map(({ name, problem, ownKernels }) => {
          const counts = summary.counts[name];
          const plain = summary.plainCounts[name];
          if (counts === undefined) return [name, '', '', '', '', '', '', problem ?? ''];
          return [
            name,
            ...[counts.right, counts.wrong, counts.refused, counts.inconclusive],
            ...[plain?.wrong ?? '', plain?.refused ?? ''],
            listed(ownKernels),
          ];
        })}
      />
      <Fold summary="What is wrong, refused or missing, and why" open={fresh > 0}>
        {wrong.length > 0 && (
          <Table
            stacked
            caption="Wrong, and not fixed here"
            columns={[
              { label: 'Op' },
              { label: 'Backend', text: true },
              { label: 'Input', text: true },
              { label: 'Came, and right', text: true },
              { label: 'Why', text: true },
            ]}
            rows={wrong.map((fault) => {
              const { came, right } = cameAndRight(fault.result);
              return [
                fault.op,
                listed(fault.backends),
                casesText([fault]),
                `${came}, right: ${right}`,
                fault.reason ?? 'NEW: not known',
              ];
            })}
          />
        )}
        {others.length > 0 && (
          <Table
            stacked
            caption="What is refused: TensorFlow.js throws"
            columns={[
              { label: 'Op' },
              { label: 'Backend', text: true },
              { label: 'Input', text: true },
              { label: 'Why', text: true },
            ]}
            rows={others.map((some) => [
              listed(some.map(({ op }) => op)),
              listed(some[0]!.backends),
              casesText(some),
              why(some[0]!),
            ])}
          />
        )}
        {without.length > 0 && <p>No gradient at all: {listed(without.map(({ op }) => op))}.</p>}
      </Fold>
    </Section>
  );
};

const why = ({ reason, result }: Fault): string => reason ?? `NEW: ${result.message}`;
