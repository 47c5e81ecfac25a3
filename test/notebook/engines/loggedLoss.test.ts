import { describe, expect, it } from '@jest/globals';
import {
  isSaturated,
  loggedFactor,
  loggedLossOf,
  SATURATION_LOGIT,
} from '../../../src/notebook/engines/loggedLoss.ts';

describe('the logged loss: 1e-7 inside its logarithms, for either label', () => {
  it('at logit 0: -ln(1/2 + 1e-7)', () => {
    expect(loggedLossOf(0, 1)).toBe(-Math.log(0.5 + 1e-7));
    expect(loggedLossOf(0, 0)).toBe(-Math.log(0.5 + 1e-7));
  });

  it('far on the wrong side it ends at -ln(1e-7), 16.118', () => {
    expect(loggedLossOf(-60, 1)).toBeCloseTo(16.11809565095832, 9);
    expect(loggedLossOf(60, 0)).toBeCloseTo(16.11809565095832, 9);
  });

  it('far on the right side it is a little below 0', () => {
    expect(loggedLossOf(60, 1)).toBeCloseTo(-1e-7, 13);
    expect(loggedLossOf(-60, 0)).toBeCloseTo(-1e-7, 13);
  });
});

describe('saturation: half of the gradient is lost', () => {
  it('is at q = 1e-7, logit -16.118 towards the label', () => {
    expect(loggedFactor(1e-7)).toBe(0.5);
    expect(loggedFactor(3e-7)).toBeCloseTo(0.75, 15);
    expect(SATURATION_LOGIT).toBeCloseTo(-16.11809555095832, 12);
  });

  it.each([
    [-16.1, 1, false],
    [-16.119, 1, true],
    [-16.5, 1, true],
    [16.1, 0, false],
    [16.119, 0, true],
    [16.5, 0, true],
    [16.5, 1, false],
    [-16.5, 0, false],
    [0, 1, false],
  ])('logit %d, label %d: %s', (logit, label, saturated) => {
    expect(isSaturated(logit, label)).toBe(saturated);
  });
});
