import { type AuditFinding, type AuditResult, auditSchema } from '../../src/results/audit.ts';
import { trainResult } from './results.ts';

const mirrorPad = { kernel: 'MirrorPad', op: 'mirrorPad' };
const cumprod = { kernel: 'Cumprod', op: 'cumprod' };
export const known: AuditFinding[] = [
  {
    ...mirrorPad,
    case: 0,
    backend: 'cpu',
    mode: 'fixed',
    verdict: 'wrong',
    fault: 'mirror-pad-border',
    reason: 'dy of the mirrored border is dropped',
  },
  {
    ...cumprod,
    case: 1,
    backend: 'cpu',
    mode: 'fixed',
    verdict: 'refused',
    fault: 'no-gradient',
    reason: 'no gradient is registered',
  },
];

/** An audit of two cases on cpu. */
export const auditResult = (fresh: AuditFinding[] = []): AuditResult =>
  auditSchema.parse({
    schema: 'backproof/audit/1',
    provenance: { ...trainResult().provenance, backend: 'none' },
    backends: [
      { name: 'native', problem: 'the addon is not there', ownKernels: [] },
      { name: 'cpu', problem: null, ownKernels: ['MaxPool3DGrad', 'ResizeNearestNeighborGrad'] },
    ],
    cases: [
      {
        ...mirrorPad,
        shapes: { x: [4] },
        attributes: { paddings: [[1, 2]], mode: 'reflect' },
        results: {
          cpu: {
            verdict: 'wrong',
            worst: { input: 'x', index: [2], came: 1.1128, right: 0.15757 },
            missing: null,
            message: null,
          },
        },
        exact: null,
        plain: { results: {}, exact: null },
      },
      {
        ...cumprod,
        shapes: { x: [4] },
        attributes: {},
        results: {
          cpu: {
            verdict: 'refused',
            worst: null,
            missing: 'gradient',
            message: 'Cannot compute gradient: gradient function not found for Cumprod.',
          },
        },
        exact: null,
        plain: { results: {}, exact: null },
      },
    ],
    generated: null,
    devices: [],
    summary: {
      verdict: fresh.length === 0 ? 'pass' : 'fail',
      gradients: 101,
      audited: 101,
      excluded: {},
      uncovered: [],
      counts: { cpu: { right: 3, wrong: 1, refused: 5, inconclusive: 7 } },
      plainCounts: { cpu: { right: 2, wrong: 11, refused: 13, inconclusive: 17 } },
      exact: {
        Add: { verdict: 'proved', cases: 2, proved: 2, cause: null },
        MirrorPad: { verdict: 'refuted', cases: 1, proved: 0, cause: null },
      },
      fresh,
      known: known.slice(fresh.length),
      fixedMeanwhile: [],
      seconds: 11.2,
    },
  });
