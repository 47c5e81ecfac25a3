import type { VNode } from 'preact';
import type { CompareResult } from '../../results/compare.ts';
import { Section } from '../components/section.tsx';
import { Table } from '../components/table.tsx';
import { loggedFinding } from '../findings.ts';
import { count, size } from '../format.ts';

const place = (at: { epoch: number; sample: number; logit: number }): string =>
  `epoch ${at.epoch}, sample ${at.sample}, logit ${at.logit.toFixed(2)}`;

/** Why does autodiff of the loss that the notebook prints give another gradient? */
export const Logged = ({ compare: { logged }, compare }: { compare: CompareResult }): VNode => (
  <Section id="logged" question="And the loss that the notebook logs?" finding={loggedFinding(compare)}>
    <p class="lead">{logged.explanation}</p>
    <Table
      stacked
      caption="Manual gradient against autodiff of the logged loss"
      columns={[
        { label: 'What', text: true },
        { label: 'Found', text: true },
      ]}
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
  </Section>
);
