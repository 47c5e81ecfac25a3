import { expect, it } from '@jest/globals';
import * as policy from '../../../src/gradcheck/numeric/precision.ts';

// Every verdict rests on these numbers: a change has to be meant. They are written here as what they come to.
it('the precision policy', () => {
  expect(policy.DIFFERENCES).toEqual({
    ...{ step: 1 / 512, stepNearKinks: 1 / 131072, shrink: 0.125, attempts: 16, confirm: 0.29 },
    ...{
      shortest: 1 / 4398046511104,
      steep: { times: 8, rounding: [0.00001, 0.01] },
      safety: 3,
      noiseRatio: 4,
    },
    goodEnough: { truncation: 0.0000000001, rounding: 0.000001, ofLargest: 0.000001 },
    ...{ converged: 0.001, undecided: 0.00001 },
  });
  expect(policy.NOISE).toEqual({ roundings: 16, runs: 4 });
  // 16 roundings of 2^-53 each
  expect(policy.OWN_ROUNDING / 2 ** -49).toBeCloseTo(1, 12);
  expect(policy.RESOLUTION).toEqual({
    ...{ apart: 0.00000001, alone: 0.01, matters: 0.001, noise: 0.001, single: 0.1 },
    ...{ flat: 0.0000000001, saturated: 10 },
  });
  expect(policy.TIES).toEqual({
    ...{ aside: 1 / 70368744177664, wider: 256, widest: 1 / 4194304, directions: 8, elements: 1024 },
    ...{ corners: 64, pieces: 64, slopes: 0.0000001 },
  });
  expect(policy.TOLERANCE).toEqual({
    float64: { rtol: 0.000000001, atolOfLargest: 0.00000000000001 },
    float32: { rtol: 1 / 65536, atolOfLargest: 1 / 65536 },
  });
  expect(policy.REPEATABLE).toEqual({ float64: 0, float32: 1 / 262144 });
  expect(policy.EXPLANATION).toEqual({ ofError: 0.01, ofValue: 0.000000001, ofLargest: 0.0000000000001 });
  expect([policy.CONTRACT_TOLERANCE, policy.FACTOR_TOLERANCE]).toEqual([0.000000000001, 0.0000001]);
});
