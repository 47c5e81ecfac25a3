import type { Facts } from '../../src/gradcheck/message.ts';
import type { ElementResult, InputResult, Stage, StageResult } from '../../src/gradcheck/types.ts';

// Parts of a result, each in order unless said otherwise.

export const worst = (of: Partial<ElementResult> = {}): ElementResult => ({
  ...{
    index: [1, 0],
    status: 'wrong',
    yours: 2.5,
    autodiff: 1,
    numeric: 1.0009765625,
    step: 0.125,
    distance: 1.5,
  },
  tolerance: { rtol: 1e-9, difference: 0.25, rounding: 0.5, relative: 1e-9, absolute: 0, total: 0.75 },
  ...{ oddOneOut: 'yours', flips: 1, atTie: false, subgradient: null, ulps: null, slope: 2, note: null },
  ...of,
});
export const input = (of: Partial<InputResult> = {}): InputResult => ({
  ...{ shape: [2, 3], size: 6, status: 'pass', checked: 6, directions: 0, maxDistance: 0, wrong: 0 },
  ...{ undecided: 0, skipped: 0, worst: null, failures: [], maxUlps: null },
  ...of,
});
export const wrongInput = input({ status: 'fail', wrong: 1, worst: worst() });
export const stage = (name: Stage, detail: string, side: StageResult['side'] = null): StageResult => ({
  ...{ stage: name, status: 'fail', detail, side },
});
export const kinks = (of: Partial<Facts['kinks']> = {}): Facts['kinks'] => ({
  ...{ policy: 'freeze', elements: 0, flips: 0, skipped: 0, kernels: {} },
  ties: { elements: 0, of: 6, conventionIsSubgradient: null },
  ...of,
});
export const passing: Facts = {
  ...{ name: 'layer', status: 'pass', stage: null, stages: [], oddOneOut: null, suspects: [], order: 1 },
  ...{ unsupported: null, looksLike: null, dependence: { unused: [], unchecked: [], assigned: [] } },
  ...{ inputs: { x: input() }, kinks: kinks(), exact: null, point: null, singlePrecision: null },
  ...{ mode: 'full', precision: 'float64', backend: 'cpu', contradiction: false },
  ...{ hasYours: true, hasAutodiff: true, reproduce: 'gradcheck(spec)' },
} as unknown as Facts;
export const failing: Facts = {
  ...passing,
  ...{ status: 'fail', stage: 'numbers', stages: [stage('numbers', 'wrong elements in x', 'yours')] },
  ...{ oddOneOut: 'yours', inputs: { x: wrongInput } },
};
