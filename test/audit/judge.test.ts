import { beforeAll, describe, expect, it } from '@jest/globals';
import { type AuditCase, auditCase } from '../../src/audit/case.ts';
import { judgeDouble, judgeFloat32, judgeFloat64, judgeSingle } from '../../src/audit/judge.ts';
import { summarize } from '../../src/audit/summary.ts';
import { signed } from '../../src/audit/values.ts';
import type { Tensor, TF } from '../../src/gradcheck/index.ts';
import type { AuditExact, AuditedCase, CaseResult } from '../../src/results/audit.ts';
import { cameAndRight, caseText } from '../../src/results/auditFaults.ts';
import type { AuditBackend } from '../../src/results/auditNames.ts';
import { startBackend } from '../../src/tfjs/backends.ts';
import { tf as registered } from '../../src/tfjs/tfjs.ts';

type Slope = (tf: TF, x: Tensor) => Tensor;

/** x squared, with a gradient that may differ from 2 x dy. */
const square = (slope: Slope): AuditCase =>
  auditCase('Square', 'square', '', { x: signed([2, 3]) }, (tf, inputs) =>
    tf.customGrad((x) => ({
      value: tf.square(x as Tensor),
      gradFunc: (dy: Tensor) => tf.mul(dy, slope(tf, inputs.x)),
    }))(inputs.x),
  );

const right: Slope = (tf, x) => tf.mul(x, 2);
const wrong: Slope = (tf, x) => tf.mul(x, 2.01);
const isDouble = (tf: TF): boolean => tf.tidy(() => tf.scalar(0).dataSync().BYTES_PER_ELEMENT === 8);
const wrongIn =
  (double: boolean): Slope =>
  (tf, x) =>
    (isDouble(tf) === double ? wrong : right)(tf, x);

describe('a case', () => {
  let tf: TF;
  beforeAll(async () => {
    tf = (await startBackend('cpu')).tf as TF;
  });
  const judge = async (subject: AuditCase): Promise<[CaseResult, CaseResult]> => {
    const { result } = await judgeFloat64(subject);
    return [result, await judgeFloat32(subject, tf, result.verdict === 'right')];
  };
  const verdicts = async (slope: Slope) => (await judge(square(slope))).map(({ verdict }) => verdict);

  it.each([
    ['right', right, ['right', 'right']],
    ['wrong in both precisions', wrong, ['wrong', 'wrong']],
    ['wrong only in single precision', wrongIn(false), ['right', 'wrong']],
    ['wrong only in double precision', wrongIn(true), ['wrong', 'right']],
  ] as const)('that is %s', async (_, slope, expected) => {
    expect(await verdicts(slope)).toEqual(expected);
  });

  it('that is right as shipped is not decided over finite fields, and all else is', async () => {
    const double = async (mode: 'plain' | 'fixed', slope: Slope, exact?: 'off') => {
      const judged = await judgeDouble(mode, exact)(square(slope));
      return [judged.result.verdict, judged.exact?.verdict ?? null];
    };
    expect(await double('plain', right)).toEqual(['right', null]);
    expect(await double('fixed', right)).toEqual(['right', 'proved']);
    expect(await double('fixed', right, 'off')).toEqual(['right', null]);
    expect(await double('plain', wrong)).toEqual(['wrong', 'refuted']);
    expect(await double('fixed', wrong)).toEqual(['wrong', 'refuted']);
  });

  it.each([
    ['right', right, true, 'right'],
    ['wrong only in single precision', wrongIn(false), true, 'wrong'],
    ['wrong only in double precision', wrongIn(true), false, 'right'],
    ['wrong in both precisions', wrong, false, 'wrong'],
  ] as const)(
    'that is %s is judged so by the fast judge of single precision',
    async (_, slope, isRight, is) => {
      expect(await judgeSingle(square(slope), tf, isRight)).toMatchObject({ verdict: is });
    },
  );

  it('in single precision may be off by what it is given as room', async () => {
    const off: Slope = (each, x) => each.mul(x, isDouble(each) ? 2 : 2.001);
    const verdict = async (rtol: number) =>
      (await judgeSingle(square(off), tf, true, { rtol, atol: 1e-6 })).verdict;
    expect([await verdict(2e-4), await verdict(2e-3)]).toEqual(['wrong', 'right']);
  });

  it('names the element, what came and what is right', async () => {
    const [inDouble, inSingle] = await judge(square(wrong));
    for (const { worst } of [inDouble, inSingle]) {
      expect(worst?.input).toBe('x');
      expect(worst!.came! / worst!.right!).toBeCloseTo(1.005, 4);
    }
    expect(cameAndRight(inDouble).came).toMatch(/^dx\[\d,\d\] = /);
  });

  it('whose gradient throws is refused, with the message', async () => {
    const results = await judge(
      square(() => {
        throw new Error('no such gradient');
      }),
    );
    for (const result of results) {
      expect(result).toMatchObject({ verdict: 'refused', worst: null, message: 'no such gradient' });
    }
  });

  it('whose forward throws only in single precision is refused there', async () => {
    const subject = auditCase('Square', 'square', '', { x: signed([3]) }, (each, { x }) => {
      if (!isDouble(each)) throw new Error('no such kernel');
      return each.square(x);
    });
    const [inDouble, inSingle] = await judge(subject);
    expect(inDouble.verdict).toBe('right');
    expect(inSingle).toMatchObject({ verdict: 'refused', message: 'forward: no such kernel' });
  });

  it('without a kernel or a gradient says which is missing', async () => {
    const cumprod = auditCase('Cumprod', 'cumprod', '', { x: signed([3]) }, (each, { x }) => each.cumprod(x));
    for (const result of await judge(cumprod))
      expect(result).toMatchObject({ verdict: 'refused', missing: 'gradient' });
    const none = auditCase('None', 'none', '', { x: signed([3]) }, (each, { x }) =>
      each.engine().runKernel('None', { x }),
    );
    for (const result of await judge(none))
      expect(result).toMatchObject({ verdict: 'refused', missing: 'kernel' });
  });

  it('whose forward is wrong only in single precision shows the output', async () => {
    const subject = auditCase('Square', 'square', '', { x: signed([3]) }, (each, { x }) =>
      isDouble(each) ? each.square(x) : each.add(each.square(x), [0, 0, 0.5]),
    );
    const [, inSingle] = await judge(subject);
    expect(inSingle).toMatchObject({ verdict: 'wrong', worst: { input: null, index: [2] } });
    const { came, right: truth } = inSingle.worst!;
    expect(came! - truth!).toBeCloseTo(0.5, 5);
    expect(cameAndRight(inSingle).came).toMatch(/^forward: output\[2\] = /);
  });

  it('whose gradient is not finite is wrong', async () => {
    const [inDouble] = await judge(square((each, x) => each.mul(x, Number.NaN)));
    expect(inDouble).toMatchObject({ verdict: 'wrong', worst: null });
    expect(inDouble.message).toContain('NaN');
  });
});

it('a case in words has its shapes, and the attributes that are set', () => {
  const shapes = { x: [2, 3], b: [] };
  const attributes = { axis: -1, keepDims: true, reverse: false, to: [4, 5], note: 'negative values' };
  expect(caseText({ shapes, attributes })).toBe(
    'x [2,3], b []; axis -1, keepDims, to [4,5], negative values',
  );
  expect(caseText({ shapes: { x: [1] }, attributes: {} })).toBe('x [1]');
});

describe('the summary', () => {
  const backends = [{ name: 'cpu' as AuditBackend, problem: null, ownKernels: [] }];
  const result = (verdict: CaseResult['verdict']): CaseResult => ({
    verdict,
    worst: null,
    missing: null,
    message: null,
  });
  const squared = { kernel: 'Square', op: 'square', shapes: { x: [7] }, attributes: {} };
  const mirrored = {
    kernel: 'MirrorPad',
    op: 'mirrorPad',
    shapes: { x: [4] },
    attributes: { paddings: [[1, 2]], mode: 'reflect' },
  };
  type Subject = Omit<AuditedCase, 'results' | 'exact' | 'plain'>;
  const summaryOf = (
    subject: Subject,
    plain: CaseResult['verdict'],
    fixed: CaseResult['verdict'] = 'right',
  ) =>
    summarize(
      [
        {
          ...subject,
          results: { cpu: result(fixed) },
          exact: null,
          plain: { results: { cpu: result(plain) }, exact: null },
        },
      ],
      backends,
      null,
    );

  it('fails on what is wrong and not known', () => {
    expect(summaryOf(squared, 'wrong')).toMatchObject({
      verdict: 'fail',
      fresh: [{ case: 0, kernel: 'Square', backend: 'cpu', mode: 'plain', fault: null, reason: null }],
      plainCounts: { cpu: { right: 0, wrong: 1, refused: 0, inconclusive: 0 } },
    });
  });

  it('fails on what is refused and was known as wrong', () => {
    expect(summaryOf(mirrored, 'refused').verdict).toBe('fail');
  });

  it('fails on a registered gradient that has no case', () => {
    registered.registerGradient({ kernelName: 'Planted', gradFunc: () => ({}) });
    try {
      expect(summaryOf(squared, 'right')).toMatchObject({ verdict: 'fail', uncovered: ['Planted'] });
    } finally {
      registered.unregisterGradient('Planted');
    }
    expect(summaryOf(squared, 'right')).toMatchObject({ verdict: 'pass', uncovered: [] });
  });

  it('passes what is wrong as known where it is shipped, with the fault and the reason', () => {
    const summary = summaryOf(mirrored, 'wrong');
    expect(summary).toMatchObject({
      verdict: 'pass',
      fresh: [],
      known: [{ fault: 'mirror-pad-border', mode: 'plain' }],
    });
    expect(summary.known[0]?.reason).toContain('mirrored border');
  });

  it('fails on a fault that an entry is said to fix and does not', () => {
    expect(summaryOf(mirrored, 'wrong', 'wrong')).toMatchObject({
      verdict: 'fail',
      fresh: [{ mode: 'fixed', verdict: 'wrong', fault: null }],
    });
  });

  it('lists a known fault that is none any more', () => {
    const summary = summaryOf(mirrored, 'right');
    expect(summary).toMatchObject({ verdict: 'pass', known: [], fixedMeanwhile: [{ kernel: 'MirrorPad' }] });
  });

  it.each([
    ['is the absence of a gradient', { ...squared, kernel: 'Equal', op: 'equal' }],
    [
      'shows only sometimes',
      { kernel: 'Transform', op: 'image.transform', shapes: { x: [2, 4, 4, 1] }, attributes: {} },
    ],
  ])('does not list a known fault that %s', (_, subject) => {
    expect(summaryOf(subject, 'right')).toMatchObject({ known: [], fixedMeanwhile: [] });
  });

  it('calls a gradient proved where every case is, refuted by one, and else says why it is open', () => {
    const exact = (verdicts: readonly AuditExact['verdict'][]) =>
      summarize(
        verdicts.map((verdict) => ({
          ...squared,
          results: { cpu: result('right') },
          exact: { verdict, cause: verdict === 'cannot prove' ? 'no rule' : null, bound: null },
          plain: { results: { cpu: result('right') }, exact: null },
        })),
        backends,
        null,
      ).exact.Square;
    expect(exact(['proved', 'proved'])).toEqual({ verdict: 'proved', cases: 2, proved: 2, cause: null });
    expect(exact(['proved', 'cannot prove'])).toMatchObject({ verdict: 'open', proved: 1, cause: 'no rule' });
    expect(exact(['cannot prove', 'refuted', 'proved'])).toMatchObject({ verdict: 'refuted' });
  });
});
