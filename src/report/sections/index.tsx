import type { VNode } from 'preact';
import type { AuditResult } from '../../results/audit.ts';
import type { CompareResult } from '../../results/compare.ts';
import type { SweepResult } from '../../results/sweep.ts';
import type { TrainResult } from '../../results/train.ts';
import { Omitted } from '../parts/section.tsx';
import { isOfRun, type ReportResults } from '../results.ts';
import { Audit } from './audit/section.tsx';
import { Chain } from './chain/section.tsx';
import { Draw } from './draw/section.tsx';
import { Gradients } from './gradients/section.tsx';
import { Kernel } from './kernel/section.tsx';
import { Live } from './live/section.tsx';
import { Provenance } from './provenance/section.tsx';
import { Relu } from './relu/section.tsx';
import { Saturation } from './saturation/section.tsx';
import { Sees } from './sees/section.tsx';
import { Sweep } from './sweep/section.tsx';
import { Test } from './test/section.tsx';
import { Training } from './training/section.tsx';
import { TwoRuns } from './twoRuns/section.tsx';

type Entry = { id: string; label: string } & (
  | { needs: 'compare'; show: (compare: CompareResult) => VNode }
  | { needs: 'audit'; show: (audit: AuditResult) => VNode }
  | { needs: 'sweep'; show: (sweep: SweepResult) => VNode }
  | { needs: 'train'; show: (train: TrainResult, results: ReportResults) => VNode }
  | { needs: 'other'; show: (other: TrainResult, results: ReportResults) => VNode }
  | { needs: 'run'; show: (results: ReportResults) => VNode }
);

/** The sections under the verdict, in the order of the reader's questions, one file each. */
export const sections: readonly Entry[] = [
  {
    id: 'gradients',
    label: 'Gradients',
    needs: 'compare',
    show: (compare) => <Gradients compare={compare} />,
  },
  { id: 'chain', label: 'Chain', needs: 'compare', show: (compare) => <Chain compare={compare} /> },
  { id: 'training', label: 'Training', needs: 'train', show: (train) => <Training train={train} /> },
  {
    id: 'saturation',
    label: 'Saturation',
    needs: 'run',
    show: (results) => <Saturation results={results} />,
  },
  { id: 'relu', label: 'ReLU', needs: 'train', show: (train) => <Relu train={train} /> },
  { id: 'kernel', label: 'Kernel', needs: 'train', show: (train) => <Kernel train={train} /> },
  { id: 'sees', label: 'What it sees', needs: 'train', show: () => <Sees /> },
  { id: 'draw', label: 'Draw', needs: 'train', show: () => <Draw /> },
  { id: 'test', label: 'Test images', needs: 'train', show: (train) => <Test train={train} /> },
  {
    id: 'live',
    label: 'What if?',
    needs: 'train',
    show: (train, { everyMistake = null }) => <Live train={train} every={everyMistake} />,
  },
  {
    id: 'two-runs',
    label: 'Two runs',
    needs: 'other',
    show: (other, { train = other }) => <TwoRuns runs={[train, other]} />,
  },
  { id: 'sweep', label: 'Sweep', needs: 'sweep', show: (sweep) => <Sweep sweep={sweep} /> },
  { id: 'audit', label: 'Audit', needs: 'audit', show: (audit) => <Audit audit={audit} /> },
  { id: 'provenance', label: 'Repeat it', needs: 'run', show: (results) => <Provenance results={results} /> },
];

const show = (section: Entry, results: ReportResults): VNode | undefined => {
  if (section.needs === 'run') return isOfRun(results) ? section.show(results) : undefined;
  if (section.needs === 'train') return results.train && section.show(results.train, results);
  if (section.needs === 'other') return results.other && section.show(results.other, results);
  if (section.needs === 'sweep') return results.sweep && section.show(results.sweep);
  if (section.needs === 'audit') return results.audit && section.show(results.audit);
  return results.compare && section.show(results.compare);
};

/** The sections whose results are given, and one sentence for each missing file. */
export const Sections = ({ results }: { results: ReportResults }): VNode => (
  <>
    {sections.map((section) => show(section, results))}
    {isOfRun(results) && !results.compare && (
      <Omitted
        id="no-compare"
        question="The comparison of the gradients"
        file="compare.json"
        command="backproof compare"
      />
    )}
    {isOfRun(results) && !results.train && (
      <Omitted
        id="no-train"
        question="The training and the trained network"
        file="train.json"
        command="backproof train"
      />
    )}
  </>
);

/** The sections that this page has, for its jump links. */
export const present = (results: ReportResults): { id: string; label: string }[] =>
  sections.filter(({ needs }) => (needs === 'run' ? isOfRun(results) : results[needs]));
