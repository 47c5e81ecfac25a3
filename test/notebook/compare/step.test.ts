import { describe, expect, it } from '@jest/globals';
import { type SideValues, StepComparison } from '../../../src/notebook/compare/step.ts';
import { initialParameters, type Parameters } from '../../../src/notebook/model/parameters.ts';
import { smallSamples } from '../../support/problem.ts';

// One image with one bright pixel, under a kernel that is open on it only: every number is known by hand.

const CENTRE = 12;
/** The pixel at row 8, column 8 is met by 25 outputs; the kernel has one tap, 0.5, so that one output is open. */
const samples = (label: number) => {
  const made = { ...smallSamples(1), labels: Uint8Array.of(label) };
  made.pixels.fill(0);
  made.pixels[8 * 16 + 8] = 1;
  return made;
};
const OPEN = 6 * 12 + 6;
const parametersAt = (bias: number): Parameters => {
  const parameters = initialParameters(1, 5);
  parameters.kernel.fill(0);
  parameters.kernel[CENTRE] = 0.5;
  parameters.weight.fill(0);
  parameters.weight[OPEN] = 2;
  return { ...parameters, bias };
};
const LOGIT = 0.5 * 2;

/** The gradients for a dLogit: dWeight = 0.5 dLogit and dKernel = 2 dLogit at one element each. */
function sideOf(logit: number, dLogit: number): SideValues {
  const kernel = new Float64Array(25);
  const weight = new Float64Array(144);
  kernel[CENTRE] = 2 * dLogit;
  weight[OPEN] = 0.5 * dLogit;
  return { logit, kernel, weight, bias: [dLogit] };
}

/** A step with the bias that makes the logit; `factor`: the logged loss's dLogit over the exact one. */
function compared(logit: number, label: number, { manual = 1, factor = 1 } = {}) {
  const comparison = new StepComparison(samples(label), 5, 'float64');
  const q = 1 / (1 + Math.exp(label === 1 ? -logit : logit));
  const exact = label === 1 ? q - 1 : 1 - q;
  const logged = (exact * q) / (q + 1e-7);
  comparison.add({ epoch: 4, sample: 0 }, parametersAt(logit - LOGIT), {
    manual: sideOf(logit, exact * manual),
    logits: sideOf(logit, exact),
    logged: sideOf(logit, logged * factor),
  });
  return { result: comparison.result(), open: comparison.openOutputs, exact, logged, q };
}
const verdicts = ({ result }: ReturnType<typeof compared>) => result.pairs.map(({ verdict }) => verdict);

describe('a step', () => {
  it.each([
    [1, 0.5],
    [0, 0.5],
    [1, -16],
    [0, 12],
    [1, 30],
    [0, -30],
  ])('agrees on all sides: label %d, logit %d', (label, logit) => {
    const step = compared(logit, label);
    expect(verdicts(step)).toEqual(['pass', 'pass', 'pass', 'pass']);
    expect(step.open).toBe(1);
    const { exact, logged, q } = step;
    const [row] = step.result.perEpoch;
    expect(row).toMatchObject({ epoch: 4, logitMin: logit, logitMax: logit });
    expect(row!.loss).toBeCloseTo(-Math.log(q + 1e-7), 10);
    // dKernel is the largest: twice the distance of the dLogits.
    expect(row!.loggedMaxAbs / (2 * Math.abs(exact - logged))).toBeCloseTo(1, 6);
    expect(step.result.logged.maxAbs).toBe(row!.loggedMaxAbs);
    expect(step.result.logged.unexplainedSteps).toBe(0);
  });

  it('beyond rounding of the logged loss is told, with its numbers', () => {
    const step = compared(-16, 1);
    expect(step.result.logged).toMatchObject({
      ...{ firstStep: { epoch: 4, sample: 0, logit: -16 }, explainedSteps: 1, unexplainedSteps: 0 },
      largest: { label: 1, logit: -16, dLogitManual: step.exact, dLogitLogged: step.logged },
    });
    expect(step.result.logged.largest!.kernelDifference).toBeCloseTo(
      2 * Math.abs(step.exact - step.logged),
      12,
    );
  });

  it('where the logged loss has not moved from the exact one is within rounding', () => {
    // q / (q + 1e-7) is 1 to the last bit but one at an infinite epsilon only: the same numbers are handed in.
    const step = compared(-16, 1, { factor: (1 / (1 + Math.exp(16)) + 1e-7) * (1 + Math.exp(16)) });
    expect(step.result.logged).toMatchObject({ firstStep: null, explainedSteps: 0, unexplainedSteps: 1 });
  });

  // Beside autodiff, which has the same logit, dLogit may be off by twice 2^-52; a sum of 145 terms rounds by more.
  it.each([
    [1e-9, ['fail', 'fail']],
    // dLogit is 0.378: 2.3 and 1.9 times 2^-52
    [6 * 2 ** -52, ['fail', 'pass']],
    [5 * 2 ** -52, ['pass', 'pass']],
  ])('a manual gradient off by %d of itself, beside autodiff and the reference: %j', (part, expected) => {
    expect(verdicts(compared(0.5, 1, { manual: 1 + part })).slice(0, 2)).toEqual(expected);
  });

  it.each([
    // At a logit of -16, dLogit is -1 and its law -0.5295: both sides together may be twice 0.4705 apart, 0.941.
    [0.113, 'pass'],
    [0.11, 'inconclusive'],
  ])('the logged gradient may be as far off as its law twice: %d of it, %s', (factor, verdict) => {
    expect(verdicts(compared(-16, 1, { factor }))[2]).toBe(verdict);
  });

  it.each([
    // At a logit of 30 the law changes nothing: it rounds by four times 2^-52, dLogit once, on both sides.
    [9, 'pass'],
    [11, 'inconclusive'],
  ])('the two losses may be ten roundings apart where they are the same: %d, %s', (roundings, verdict) => {
    const manual = 1 + (roundings * 2 ** -52) / Math.exp(-30);
    expect(verdicts(compared(30, 1, { manual }))[2]).toBe(verdict);
  });

  it('a logged gradient off its law is never the fault of the backward pass', () => {
    const step = compared(-16, 1, { factor: 1 + 1e-6 });
    expect(verdicts(step)).toEqual(['pass', 'pass', expect.anything(), 'inconclusive']);
    expect(step.result.logged).toMatchObject({ explainedSteps: 0, unexplainedSteps: 1 });
  });
});
