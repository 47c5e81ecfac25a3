import { describe, expect, it } from '@jest/globals';
import {
  accuracyFinding,
  chainFinding,
  differencesFinding,
  gradientFinding,
  headlinePair,
  loggedFinding,
  proofFinding,
  reluFinding,
  saturationFinding,
} from '../../src/report/findings.ts';
import type { CompareResult } from '../../src/results/compare.ts';
import type { TrainResult } from '../../src/results/train.ts';
import { compareResult, disagreement, trainResult } from '../support/results.ts';

const right = compareResult();
const train = trainResult();
const proved = { verdict: 'proved', cause: null, bound: 2 ** -130 } as const;
const open = { verdict: 'not proved', cause: 'a reason', bound: null } as const;

/** A status with its word, and the sentence. */
const said = (finding: { status: string; word: string; sentence: string }): [string, string] => [
  `${finding.status}: ${finding.word}`,
  finding.sentence,
];

describe('the pair that the page opens with', () => {
  const [first, second, third] = right.pairs as [
    CompareResult['pairs'][0],
    CompareResult['pairs'][0],
    CompareResult['pairs'][0],
  ];

  it('is one that fails, wherever it stands', () => {
    const failing = { ...third, verdict: 'fail' as const };
    expect(headlinePair([first, second, failing])).toBe(failing);
  });

  it('else manual against autodiff in float32', () => {
    expect(headlinePair([third, second, first])).toBe(first);
  });

  it('else the first', () => {
    expect(headlinePair([third, second])).toBe(third);
    expect(headlinePair([])).toBeUndefined();
  });
});

describe('whether the gradients agree', () => {
  it('right', () => {
    expect(said(gradientFinding(right))).toEqual([
      'pass: Right',
      'Manual and autodiff agree to 1.4e-6 over 16,000 steps',
    ]);
  });

  it('wrong, by a pair', () => {
    expect(said(gradientFinding(disagreement()))).toEqual([
      'fail: Wrong',
      'Manual and autodiff disagree in the gradient of kernel: up to 2.4e5 times what rounding allows, at 15,980 steps',
    ]);
  });

  it('wrong, by finite differences', () => {
    const finiteDifferences = right.finiteDifferences.map((check, at) =>
      at === 2 ? { ...check, verdict: 'fail' as const } : check,
    );
    expect(said(gradientFinding({ ...right, verdict: 'fail', finiteDifferences }))).toEqual([
      'fail: Wrong',
      'Finite differences disagree with the manual gradient at 1 of 6 steps',
    ]);
  });

  it('wrong, by the proof only', () => {
    const wrong = [{ parameter: 'bias' as const, index: [], manual: 2, autodiff: 1 }];
    const refuted = { ...right.exact, verdict: 'refuted' as const, bound: null, wrong };
    expect(said(gradientFinding({ ...right, verdict: 'fail', exact: refuted }))).toEqual([
      'fail: Wrong',
      'The hand-written pass is not the derivative of the forward pass: bias[] is 2.00000 by hand, 1.00000 by autodiff',
    ]);
    expect(said(gradientFinding({ ...right, verdict: 'fail' }))).toEqual([
      'fail: Wrong',
      'An update is not the gradient’s',
    ]);
  });

  it.each([
    ['an inconclusive comparison', { ...right, verdict: 'inconclusive' as const }],
    ['no pair', { ...right, pairs: [] }],
    [
      'no step',
      {
        ...right,
        pairs: right.pairs.map((pair) => ({
          ...pair,
          parameters: {
            kernel: { ...pair.parameters.kernel, steps: 0 },
            weight: { ...pair.parameters.weight, steps: 0 },
            bias: { ...pair.parameters.bias, steps: 0 },
          },
        })),
      },
    ],
  ])('%s is never right', (_, compare) => {
    expect(said(gradientFinding(compare))).toEqual([
      'warn: Cannot tell',
      'The comparison cannot tell whether the gradients agree',
    ]);
  });
});

describe('finite differences', () => {
  const checks = (...verdicts: ('pass' | 'fail' | 'inconclusive')[]) =>
    verdicts.map((verdict) => ({ ...right.finiteDifferences[0]!, verdict }));

  it.each([
    [checks(), 'This comparison took no finite differences'],
    [checks('pass', 'pass'), 'Finite differences confirm the manual gradient at 2 steps'],
    [checks('pass', 'inconclusive'), 'Finite differences confirm the manual gradient at 1 of 2 steps'],
    [checks('pass', 'fail', 'pass'), 'Finite differences contradict the manual gradient at 1 step'],
  ])('%#', (some, sentence) => {
    expect(differencesFinding(some)).toBe(sentence);
  });
});

describe('the proof', () => {
  it.each([
    ['proved', proved, /^The hand-written pass and its update are proved right/],
    ['the update left open', open, /^The hand-written pass is proved right/],
  ] as const)('%s', (_, update, sentence) => {
    const finding = proofFinding({ exact: { ...right.exact, ...proved, update } });
    expect([finding.status, finding.word]).toEqual(['pass', 'Proved']);
    expect(finding.sentence).toMatch(sentence);
    expect(finding.detail).toMatch(
      /^In double precision, and in float32 on wasm as it trained; .* below 2\^-129\./,
    );
  });

  it('proved in double precision only', () => {
    const trained = { ...right.exact.trained, ...open };
    expect(proofFinding({ exact: { ...right.exact, ...proved, trained } }).detail).toMatch(
      /^In double precision; chance of error/,
    );
  });

  it.each(['not proved', 'cannot prove'] as const)('%s', (verdict) => {
    expect(
      said(proofFinding({ exact: { ...right.exact, verdict, cause: 'a reason', bound: null } })),
    ).toEqual(['warn: Not proved', 'The algebra is not proved: a reason. The comparison of numbers decides']);
  });

  it('refuted without an element', () => {
    expect(said(proofFinding({ exact: { ...right.exact, verdict: 'refuted', bound: null } }))).toEqual([
      'fail: Refuted',
      'The hand-written pass is not the derivative of the forward pass',
    ]);
  });
});

describe('the chain and the self-test', () => {
  const selfTest = right.selfTest!;

  it('a hop at what is allowed is right, above it is wrong', () => {
    const at = (share: number): CompareResult => ({
      ...right,
      chain: right.chain.map((one, step) => ({
        ...one,
        hops: { ...one.hops, dRelu: { ...one.hops.dRelu, maxOverAllowed: step === 3 ? share : 0 } },
      })),
    });
    expect(said(chainFinding(at(1)))[0]).toBe('pass: None found');
    expect(said(chainFinding(at(1.01)))).toEqual([
      'fail: Wrong',
      'The backward pass first goes wrong at dRelu, at 1 of 12 chains followed',
    ]);
  });

  it('a self-test with a false alarm is not sure', () => {
    const failed = { ...selfTest, verdict: 'fail' as const, falseAlarms: 2 };
    expect(said(chainFinding({ ...right, selfTest: failed }))).toEqual([
      'warn: Not sure',
      'Every hop from the logit to the kernel is within rounding, and 1 of 1 planted mistake was caught, with 2 false alarms',
    ]);
  });

  it('a self-test with one false alarm, of no chain or of one', () => {
    const failed = { ...selfTest, verdict: 'fail' as const, falseAlarms: 1 };
    const told = '1 of 1 planted mistake was caught, with 1 false alarm';
    expect(said(chainFinding({ ...right, chain: [], selfTest: failed }))).toEqual(['warn: Not sure', told]);
    expect(said(chainFinding({ ...right, chain: right.chain.slice(0, 1), selfTest: failed }))[1]).toBe(
      `Every hop from the logit to the kernel is within rounding, and ${told}`,
    );
  });

  it('no self-test', () => {
    expect(said(chainFinding({ ...right, selfTest: null }))[0]).toBe('pass: None found');
    expect(said(chainFinding({ ...right, chain: [], selfTest: null }))[0]).toBe('warn: Not tested');
    const one = right.chain.slice(0, 1);
    expect(said(chainFinding({ ...right, chain: one, selfTest: null }))).toEqual([
      'pass: None found',
      'Every hop from the logit to the kernel is within rounding; no self-test was run',
    ]);
  });
});

describe('the logged loss', () => {
  const logged = (changes: Partial<CompareResult['logged']>) =>
    said(loggedFinding({ ...right, logged: { ...right.logged, ...changes } }));

  it.each([
    [{}, 'info: Explained', /^The logged loss’s gradient differs by up to 6\.24, because of the 1e-7/],
    [{ unexplainedSteps: 1 }, 'warn: Unexplained', /differs at 1 step by more than its 1e-7 explains$/],
    [{ firstStep: null, largest: null }, 'pass: Same', /teaches what the exact one does at every step$/],
    [{ firstStep: null }, 'pass: Same', /at every step$/],
  ] as const)('%j', (changes, word, sentence) => {
    const [found, text] = logged(changes);
    expect(found).toBe(word);
    expect(text).toMatch(sentence);
  });
});

describe('training', () => {
  const tested = (accuracy: number | null, confusion = train.test.confusion): TrainResult => ({
    ...train,
    test: { ...train.test, accuracy, confusion },
  });

  it('reads digits only where it beats the more frequent one, 264 of 430', () => {
    expect(said(accuracyFinding(train))).toEqual(['pass: Reads', '98.1% of 430 test images are read right']);
    expect(said(accuracyFinding(tested(265 / 430)))[0]).toBe('pass: Reads');
    expect(said(accuracyFinding(tested(264 / 430)))).toEqual([
      'warn: Guesses',
      '61.4% of 430 test images are read right, no better than always the same answer',
    ]);
    expect(said(accuracyFinding(tested(null)))[0]).toBe('info: Untested');
  });

  const relus = (deadReluSince: number | null, stalledSince: number | null, activeFraction: number[] = []) =>
    said(reluFinding({ diagnosis: { deadReluSince, stalledSince, activeFraction } }));

  it('ReLUs', () => {
    expect(relus(3, 2)).toEqual(['warn: Dead', 'Every ReLU is dead since epoch 3']);
    expect(relus(0, 0)[1]).toBe('Every ReLU was dead from the start');
    expect(relus(null, 2)).toEqual([
      'warn: Stalled',
      'Every training image gets the same answer since epoch 2',
    ]);
    expect(relus(null, 0)[1]).toBe('Every training image got the same answer from the start');
    expect(relus(null, null, [0.25, 0.5])).toEqual([
      'pass: Alive',
      'ReLUs are alive: 50.0% of them are open after the last epoch',
    ]);
    expect(relus(null, null)[1]).toBe('No ReLU died');
  });

  it('saturation', () => {
    const saturated = (saturatedSteps: number) =>
      said(saturationFinding({ ...train, diagnosis: { ...train.diagnosis, saturatedSteps } }));
    expect(saturated(0)).toEqual([
      'pass: None',
      'No logit came to -16.1, where the logged loss stops teaching',
    ]);
    expect(saturated(1)).toEqual([
      'info: Saturated',
      'The logged loss stops teaching at logit -16.1: 1 of 16,000 steps got there',
    ]);
  });
});
