import { describe, expect, it } from '@jest/globals';
import type { Findings } from '../../src/gradcheck/check.ts';
import { InputTally, KinkTally } from '../../src/gradcheck/numeric/elements.ts';
import { summarize } from '../../src/gradcheck/result.ts';
import type { Settings } from '../../src/gradcheck/spec/readSpec.ts';
import type { Subject } from '../../src/gradcheck/spec/subject.ts';
import { StageLog } from '../../src/gradcheck/stages.ts';
import { worst } from './facts.ts';

const x = { name: 'x', shape: [2], size: 2 };
const subject = { name: 'layer', checked: { differentiable: [x] } } as unknown as Subject;
const settings = {
  ...{
    mode: 'full',
    precision: 'float64',
    kinks: 'freeze',
    exact: 'on',
    seed: 3,
    points: 0,
    tf: null,
    reproduce: null,
  },
} as unknown as Settings;

/** Input x with elements of the given statuses. */
const tallied = (...statuses: ('pass' | 'wrong' | 'undecided')[]) => {
  const tally = new InputTally(x as never, {} as never);
  for (const [flat, status] of statuses.entries()) tally.add(flat, worst({ status }));
  return [tally];
};
const flipped = () => {
  const kinks = new KinkTally();
  kinks.add({ flips: { total: 2, kernels: { Relu: 2 } } } as never, false);
  return kinks;
};
const logged = (...failures: Parameters<StageLog['fail']>[]) => {
  const log = new StageLog();
  for (const failure of failures) log.fail(...failure);
  return log;
};
const summarized = (of: Partial<Findings>, set: Partial<Settings> = {}) =>
  summarize(
    subject,
    { ...settings, ...set },
    {
      ...{
        log: new StageLog(),
        tallies: tallied('pass'),
        kinks: null,
        ties: null,
        oddOneOut: 'yours',
        suspects: [],
      },
      ...{
        unsupported: null,
        dependence: null,
        looksLike: null,
        exact: null,
        point: null,
        singlePrecision: null,
      },
      ...{ contradiction: false, gradients: { yours: {}, autodiff: {} }, evaluations: 7, ...of },
    } as Findings,
    1,
    12,
  );

const proved = {
  verdict: 'proved',
  branches: 'all',
  bound: 0,
  cause: null,
  points: null,
  elements: [],
} as never;
const notProved = { ...(proved as object), verdict: 'not proved', cause: 'why' } as never;
const unsupported = { kernel: 'Acos', missing: 'gradient', reason: 'no gradient' } as const;
const onlyAutodiff = { yours: null, autodiff: null } as never;

describe('the status is made of all findings', () => {
  it.each<[string, string, Partial<Findings>, Partial<Settings>]>([
    ['elements that pass', 'pass', {}, {}],
    ['an element that is undecided', 'inconclusive', { tallies: tallied('pass', 'undecided') }, {}],
    ['an input that was not checked', 'inconclusive', { tallies: [] }, {}],
    ['a stage that failed', 'fail', { log: logged(['no leak', '1 tensor']) }, {}],
    ['numbers that are wrong', 'fail', { log: logged(['numbers', 'x']), tallies: tallied('wrong') }, {}],
    [
      'wrong numbers that are proved',
      'inconclusive',
      { log: logged(['numbers', 'x']), contradiction: true },
      {},
    ],
    ['a leak beside a contradiction', 'fail', { log: logged(['no leak', 'x']), contradiction: true }, {}],
    ['a contradiction', 'inconclusive', { contradiction: true }, {}],
    ['autodiff only, and it lacks a gradient', 'unsupported', { unsupported, gradients: onlyAutodiff }, {}],
    ['yours, where autodiff lacks a gradient', 'pass', { unsupported }, {}],
    ['a proof, asked for alone', 'pass', { exact: proved, tallies: [] }, { exact: 'only' }],
    ['no proof, asked for alone', 'inconclusive', { exact: notProved }, { exact: 'only' }],
    ['no exact check, asked for alone', 'inconclusive', {}, { exact: 'only' }],
    ['a proof beside an input not checked', 'inconclusive', { exact: proved, tallies: [] }, {}],
    ['a flip that is no error', 'pass', { kinks: flipped() }, {}],
    ['a flip that is an error', 'inconclusive', { kinks: flipped() }, { kinks: 'error' }],
    ['no flip', 'pass', { kinks: new KinkTally() }, { kinks: 'error' }],
  ])('%s: %s', (_name, status, of, set) => expect(summarized(of, set).status).toBe(status));
});

it('has a culprit where it fails, and nowhere else', () => {
  const failed = summarized({ log: logged(['names', 'none of x', 'yours']) });
  expect(failed).toMatchObject({ stage: 'names', oddOneOut: 'yours' });
  expect(summarized({})).toMatchObject({ stage: null, oddOneOut: null });
  expect(failed.message).toContain('\n yours: none of x\n');
});

it('has what was counted, and how to see it again', () => {
  const ties = { elements: 1, of: 2, conventionIsSubgradient: true };
  expect(summarized({ kinks: flipped(), ties })).toMatchObject({
    ...{
      name: 'layer',
      mode: 'full',
      order: 1,
      precision: 'float64',
      backend: null,
      seed: 3,
      evaluations: 7,
    },
    ...{ milliseconds: 12, wrongOutput: null, inputs: { x: { checked: 1, status: 'pass' } } },
    kinks: { ties, policy: 'freeze', elements: 1, flips: 2, skipped: 0, kernels: { Relu: 2 } },
  });
  expect(summarized({ kinks: flipped() }).kinks.ties).toEqual({
    elements: 0,
    of: 0,
    conventionIsSubgradient: null,
  });
  const unchecked = summarized({ tallies: [] });
  expect(unchecked.kinks).toEqual({
    ...{ ties: { elements: 0, of: 0, conventionIsSubgradient: null }, policy: 'freeze' },
    ...{ elements: 0, flips: 0, skipped: 0, kernels: {} },
  });
  expect(unchecked.inputs.x).toEqual({
    ...{ shape: [2], size: 2, status: 'not checked', checked: 0, directions: 0, maxDistance: 0, wrong: 0 },
    ...{ undecided: 0, skipped: 0, worst: null, failures: [], maxUlps: null },
  });
  expect(unchecked.message).toMatch(/ Reproduce: gradcheck\(spec, \{ seed: 3 \}\)$/);
  expect(summarized({ tallies: [] }, { points: 8 }).message).toMatch(/\{ seed: 3, points: 8 \}\)$/);
  expect(summarized({ tallies: [] }, { reproduce: 'npx it' }).message).toMatch(/ Reproduce: npx it$/);
});

describe('the log of stages', () => {
  it('keeps the first failure, whatever passes before or after', () => {
    const log = new StageLog();
    log.pass('forward');
    log.pass('names');
    log.fail('names', 'first', 'yours');
    log.fail('names', 'second');
    log.pass('names');
    expect(log.list().slice(0, 4)).toEqual([
      { stage: 'forward', status: 'pass', detail: null, side: null },
      { stage: 'repeatable', status: 'not run', detail: null, side: null },
      { stage: 'names', status: 'fail', detail: 'first', side: 'yours' },
      { stage: 'shapes', status: 'not run', detail: null, side: null },
    ]);
  });

  it.each<[Parameters<StageLog['fail']>[0][], string | null]>([
    [[], null],
    [['no leak', 'finite'], 'finite'],
    [['numbers', 'no leak'], 'numbers'],
    // A gradient that does not follow dy has wrong numbers, too.
    [['numbers', 'no leak', 'dy contract'], 'dy contract'],
    [['shapes', 'dy contract'], 'shapes'],
  ])('%j: the one to name is %s', (stages, named) => {
    expect(logged(...stages.map((stage): [typeof stage, string] => [stage, ''])).culprit?.stage ?? null).toBe(
      named,
    );
  });
});
