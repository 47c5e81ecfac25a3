import type { VNode } from 'preact';
import type { CompareResult } from '../../results/compare.ts';
import { Section } from '../components/section.tsx';
import { Table } from '../components/table.tsx';
import { counted } from '../format.ts';

/** Would a mistake have been found? The planted ones, and what became of each. */
export const SelfTest = ({ compare: { selfTest } }: { compare: CompareResult }): VNode => {
  if (selfTest === null) {
    return (
      <Section id="self-test" question="Would a mistake be found?" title="No self-test was run">
        <p class="lead">This comparison was stopped before it.</p>
      </Section>
    );
  }
  const { mistakes, falseAlarms, checks } = selfTest;
  const caught = mistakes.filter((mistake) => mistake.caught).length;
  const alarms =
    falseAlarms === 0 ? 'no right gradient was called wrong' : counted(falseAlarms, 'false alarm');
  return (
    <Section
      id="self-test"
      question="Would a mistake be found?"
      title={`${caught} of ${counted(mistakes.length, 'planted mistake')} were caught, and ${alarms}`}
    >
      <p class="lead">
        Before it is believed, the checker is tested: mistakes that people make are planted into the backward
        pass and into other layers, one at a time, and {counted(checks, 'right twin')} of them must pass.
      </p>
      <details class="data planted">
        <summary>All {mistakes.length} planted mistakes, and what caught each</summary>
        <Table
          caption="Planted mistakes, and what caught them"
          stacked
          columns={[
            { label: 'Mistake' },
            { label: 'Layer', text: true },
            { label: 'Caught by', text: true },
            { label: 'Worst element', text: true },
            { label: 'Looks like', text: true },
          ]}
          rows={mistakes.map(({ name, layer, by, worst, looksLike }) => [
            name,
            layer,
            by,
            worst ?? '',
            looksLike ?? '',
          ])}
        />
      </details>
    </Section>
  );
};
