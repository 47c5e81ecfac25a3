import { describe, expect, it } from '@jest/globals';
import type { AuditedCase, AuditFinding, AuditFindings, CaseResult } from '../../src/results/audit.ts';
import {
  cameAndRight,
  caseKey,
  casesText,
  caseText,
  faultsOf,
  isNotRight,
  sortedFaults,
} from '../../src/results/auditFaults.ts';

const right: CaseResult = { verdict: 'right', worst: null, missing: null, message: null };
const wrong: CaseResult = { ...right, verdict: 'wrong' };
const refused: CaseResult = { ...right, verdict: 'refused', message: 'no' };
const audited = (op: string, axis: number, result: CaseResult, plain = right): AuditedCase =>
  ({
    ...{ kernel: op, op, shapes: { x: [2, 3], y: [] }, attributes: { axis } },
    ...{ results: { cpu: result, wasm: wrong }, plain: { results: { cpu: plain } } },
  }) as unknown as AuditedCase;
const cases = [
  audited('max', 0, wrong),
  audited('max', 1, wrong),
  audited('topk', 0, { ...refused, missing: 'gradient' }),
  audited('sum', 0, refused),
  audited('mean', 0, wrong),
  audited('prod', 0, refused),
];
const finding = (at: number, rest: Partial<AuditFinding> = {}): AuditFinding => ({
  ...{ case: at, kernel: cases[at]!.op, op: cases[at]!.op, backend: 'cpu', mode: 'fixed' },
  ...{ verdict: cases[at]!.results.cpu!.verdict, fault: null, reason: null, ...rest },
});
const known = [
  finding(2, { reason: 'none' }),
  finding(3, { reason: 'same' }),
  finding(0, { reason: 'ties' }),
  finding(0, { reason: 'ties', backend: 'wasm' }),
  finding(1, { reason: 'ties' }),
  finding(5, { reason: 'same' }),
  finding(1, { reason: 'ties', mode: 'plain' }),
];
const audit = { cases, summary: { fresh: [finding(4)], known } } as unknown as AuditFindings;

describe('the faults of an audit', () => {
  it('are findings of one op and reason together: new ones first, then wrong before refused', () => {
    const faults = faultsOf(audit);
    expect(faults.map(({ op, verdict, reason }) => [op, verdict, reason])).toEqual([
      ...[
        ['mean', 'wrong', null],
        ['max', 'wrong', 'ties'],
        ['topk', 'refused', 'none'],
      ],
      ...[
        ['sum', 'refused', 'same'],
        ['prod', 'refused', 'same'],
      ],
    ]);
    expect(faults[1]).toMatchObject({
      kernel: 'max',
      backends: ['cpu', 'wasm'],
      cases: [cases[0], cases[1]],
    });
    expect(faults[1]!.result).toBe(cases[0]!.results.cpu);
  });

  it('new ones of an op are apart, case by case', () => {
    const fresh = {
      cases,
      summary: { fresh: [finding(0), finding(1)], known: [] },
    } as unknown as AuditFindings;
    expect(faultsOf(fresh).map(({ cases: shown }) => shown)).toEqual([[cases[0]], [cases[1]]]);
  });

  it('of the plain mode have its results', () => {
    const [fault, ...others] = faultsOf(audit, 'plain');
    expect(others).toEqual([]);
    expect(fault!.result).toBe(right);
  });

  it('in a table: wrong ones, others by what they share, and those that have no gradient', () => {
    const names = (faults: readonly { op: string }[]) => faults.map(({ op }) => op);
    const sorted = sortedFaults(audit);
    expect([names(sorted.wrong), sorted.others.map(names), names(sorted.without)]).toEqual([
      ...[['mean', 'max'], [['sum', 'prod']], ['topk']],
    ]);
  });

  it('name their first case and count the others', () => {
    const [one, three] = faultsOf(audit);
    expect(casesText([one!])).toBe('x [2,3], y []; axis 0');
    expect(casesText([one!, three!])).toBe('x [2,3], y []; axis 0 (and 2 more)');
  });
});

it('a case is told by its shapes and attributes', () => {
  const attributes = { keepDims: true, exclusive: false, note: 'ties', pads: [[1, 2]], pad: 'same' };
  expect(caseText({ shapes: { x: [1] }, attributes })).toBe('x [1]; keepDims, ties, pads [[1,2]], pad same');
  expect(caseText({ shapes: {}, attributes: { axis: 1 } })).toBe('axis 1');
  expect(caseKey({ kernel: 'Max', op: 'max', shapes: { x: [1] }, attributes: {} })).toBe('Max max x [1]');
});

it('a case is not right where one backend is not, in either mode', () => {
  const only = (fixed: CaseResult, plain: CaseResult) =>
    isNotRight({ results: { cpu: fixed, wasm: right }, plain: { results: { cpu: plain } } } as never);
  expect([only(right, right), only(wrong, right), only(right, refused)]).toEqual([false, true, true]);
});

it.each<[Partial<CaseResult>, string, string]>([
  [{ worst: { input: 'x', index: [1, 0], came: 1.23456789, right: 2 } }, 'dx[1,0] = 1.2346', '2'],
  [
    { worst: { input: null, index: [], came: null, right: 1e-7 } },
    'forward: output[] = not a finite number',
    '1e-7',
  ],
  [{ verdict: 'refused', message: 'no kernel' }, 'throws: no kernel', 'a gradient'],
  [{ verdict: 'inconclusive', message: 'noise' }, 'noise', 'a gradient'],
  [{ verdict: 'wrong' }, '', 'a gradient'],
])('%j came as %j', (result, came, expected) => {
  expect(cameAndRight({ ...right, ...result })).toEqual({ came, right: expected });
});
