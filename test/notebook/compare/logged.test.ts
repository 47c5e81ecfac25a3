import { describe, expect, it } from '@jest/globals';
import { LoggedDeviation, loggedGradient } from '../../../src/notebook/compare/logged.ts';

describe('the gradient of the logged loss by the logit, and how far rounding carries it', () => {
  it('at logit 0 it is half of q / (q + 1e-7) at q = 1/2, with the sign of p - y', () => {
    const value = 0.25 / (0.5 + 1e-7);
    expect(loggedGradient(0, 1, 'float64').dLogit).toBeCloseTo(-value, 15);
    expect(loggedGradient(0, 0, 'float64').dLogit).toBeCloseTo(value, 15);
  });

  it('far on the right side of the logit only the roundings of two predictions are left', () => {
    // There the factor hardly depends on q: 1e-7 / q^2 times the error of q.
    expect(loggedGradient(20, 1, 'float32').error / 2 ** -23).toBeCloseTo(4, 6);
  });

  it('label 1: the error of q is relative, so the gradient is known however far off the logit', () => {
    const { dLogit, error } = loggedGradient(-17, 1, 'float32');
    const q = 1 / (1 + Math.exp(17));
    expect(dLogit).toBeCloseTo((-q / (q + 1e-7)) * (1 - q), 12);
    // d factor = 1e-7 / (q + 1e-7)^2 dq, with dq = 4 q 2^-23, to first order; and four roundings.
    const first = ((1e-7 / (q + 1e-7) ** 2) * 4 * q + 4) * 2 ** -23;
    expect(error / first).toBeCloseTo(1, 5);
  });

  it('label 0: the error of q is a rounding of 1, as large as q itself near logit 17', () => {
    const { dLogit, error } = loggedGradient(17, 0, 'float32');
    const q = 1 / (1 + Math.exp(17));
    expect(dLogit).toBeCloseTo(q / (q + 1e-7), 6);
    const up = (q + 2 ** -23) / (q + 2 ** -23 + 1e-7);
    expect(error).toBeCloseTo(up - q / (q + 1e-7), 5);
    // If q may be 0, the whole gradient is uncertain: from logit 16 upwards.
    const near = 1 / (1 + Math.exp(16));
    expect(loggedGradient(16, 0, 'float32').error).toBeCloseTo(
      Math.max(near / (near + 1e-7), (near + 2 ** -23) / (near + 2 ** -23 + 1e-7) - near / (near + 1e-7)),
      5,
    );
  });
});

describe('manual against the logged loss, step after step', () => {
  const place = (sample: number) => ({ epoch: 1, sample });
  const sample = { label: 0, logit: 15 };
  const step = (
    deviation: LoggedDeviation,
    at: number,
    manual: number,
    logged: number,
    flags: { overRounding: boolean; explained: boolean },
  ): void => {
    const distance = Math.abs(manual - logged);
    deviation.add(
      place(at),
      { ...sample, logit: sample.logit + at },
      { manual, logged },
      {
        kernel: 10 * distance,
        maxAbs: 20 * distance,
        ...flags,
      },
    );
  };
  const within = { overRounding: false, explained: true };
  const follows = { overRounding: true, explained: true };
  const breaks = { overRounding: true, explained: false };

  it('steps within rounding, steps that follow the law, and one that breaks it', () => {
    const deviation = new LoggedDeviation();
    step(deviation, 0, 1, 1, within);
    step(deviation, 1, 1, 0.75, follows);
    step(deviation, 2, 2, 1, breaks);
    step(deviation, 3, 1, 0.875, follows);
    // Not farther apart than the one before the last, which stays the largest; and one of small numbers.
    step(deviation, 4, 3, 2, within);
    step(deviation, 5, 0.5, 0.125, within);
    const result = deviation.result();
    expect(result).toMatchObject({
      explainedSteps: 2,
      unexplainedSteps: 1,
      maxAbs: 20,
      maxRel: 0.75,
      firstStep: { epoch: 1, sample: 1, logit: 16 },
      largest: { sample: 2, logit: 17, dLogitManual: 2, dLogitLogged: 1, kernelDifference: 10 },
    });
    expect(result.explanation).toMatch(/1 step does not follow this law/);
  });

  it('all steps follow it', () => {
    const deviation = new LoggedDeviation();
    step(deviation, 1, 1, 0.75, follows);
    expect(deviation.result().explanation).toMatch(
      /The one step that differs by more than rounding follows this law/,
    );
    step(deviation, 1, 1, 0.75, follows);
    expect(deviation.result().explanation).toMatch(
      /All 2 steps that differ by more than rounding follow this law/,
    );
    expect(deviation.result().unexplainedSteps).toBe(0);
  });

  it('no step comes near enough', () => {
    const deviation = new LoggedDeviation();
    step(deviation, 0, 0, 0, within);
    expect(deviation.result()).toMatchObject({ firstStep: null, maxRel: 0, explainedSteps: 0 });
    expect(deviation.result().explanation).toMatch(/No step of this run came near enough/);
  });
});
