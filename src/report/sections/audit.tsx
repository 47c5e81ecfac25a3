import type { VNode } from 'preact';
import type { AuditResult } from '../../results/audit.ts';
import { cameAndRight, type Fault, faultsOf, isWithoutGradient } from '../../results/auditFaults.ts';
import { Section } from '../components/section.tsx';
import { Table } from '../components/table.tsx';
import { counted, listed, seconds } from '../format.ts';

/** Are the gradients of TensorFlow.js itself right? What is not, op by op, on each backend. */
export const Audit = ({ audit }: { audit: AuditResult }): VNode => {
  const { summary, cases, backends } = audit;
  const faults = faultsOf(audit);
  const without = faults.filter(isWithoutGradient);
  const others = faults.filter((fault) => !isWithoutGradient(fault));
  const fresh = summary.fresh.length;
  return (
    <Section
      id="audit"
      question="Are the gradients of TensorFlow.js itself right?"
      title={
        fresh === 0
          ? `${counted(others.length, 'known fault')} that this project does not mend, and no new one`
          : `${counted(fresh, 'result')} of the audit came out neither right nor as known`
      }
    >
      <p class="lead">
        {counted(cases.length, 'case')} of {summary.audited} of the {summary.gradients} gradients that are
        registered, in {seconds(summary.seconds)}: in double precision against finite differences, in single
        precision against double precision.
      </p>
      <Table
        caption="Cases by backend"
        columns={[
          { label: 'Backend' },
          { label: 'Right' },
          { label: 'Wrong' },
          { label: 'Refused' },
          { label: 'Cannot tell' },
          { label: 'Kernels of this project', text: true },
        ]}
        rows={backends.map(({ name, problem, mended }) => {
          const counts = summary.counts[name];
          if (counts === undefined) return [name, '', '', '', '', problem ?? ''];
          return [name, counts.right, counts.wrong, counts.refused, counts.inconclusive, listed(mended)];
        })}
      />
      <Table
        stacked
        caption="What is not right"
        columns={[
          { label: 'Op' },
          { label: 'Backend', text: true },
          { label: 'Input', text: true },
          { label: 'Came', text: true },
          { label: 'Right', text: true },
          { label: 'Why', text: true },
        ]}
        rows={others.map(row)}
      />
      {without.length > 0 && <p>No gradient at all: {listed(without.map(({ title }) => title))}.</p>}
    </Section>
  );
};

function row({ title, backends, inputs, input, result, reason }: Fault): string[] {
  const { came, right } = cameAndRight(result);
  const more = inputs.length > 1 ? ` and ${inputs.length - 1} more` : '';
  return [title, listed(backends), `${input}${more}`, came, right, reason ?? 'NEW: not known'];
}
