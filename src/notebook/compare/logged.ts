import type { Precision } from '../../numerics/ieee.ts';
import type { CompareResult } from '../../results/compare.ts';
import { loggedFactor } from '../engines/loggedLoss.ts';
import { LOGGED_LOSS_EPSILON as EPSILON } from '../model/loss.ts';
import { predictionRounding } from './bounds.ts';
import type { StepPlace } from './scatter.ts';

/** The gradient of the logged loss with respect to the logit, and a bound on its rounding error. */
export interface LoggedGradient {
  readonly dLogit: number;
  readonly error: number;
}

/**
 * Computes it from a computed logit. dLogit of the logged loss is that of the exact loss times q / (q + 1e-7), where q
 * is the probability that the network gives to the sample's label. For label 1, q is the prediction p, whose error is
 * relative. For label 0 it is 1 - p, whose error is a rounding of 1: near logit 17 that is as large as q + 1e-7 itself.
 */
export function loggedGradient(logit: number, label: number, precision: Precision): LoggedGradient {
  const rounding = predictionRounding(precision);
  const q = 1 / (1 + Math.exp(label === 1 ? -logit : logit));
  const exact = label === 1 ? -1 / (1 + Math.exp(logit)) : 1 / (1 + Math.exp(-logit));
  const factor = loggedFactor(q);
  const qError = label === 1 ? 4 * q * rounding : rounding;
  const factorError = Math.max(
    loggedFactor(q + qError) - factor,
    factor - loggedFactor(Math.max(0, q - qError)),
  );
  return { dLogit: exact * factor, error: Math.abs(exact) * factorError + 4 * rounding };
}

type Logged = CompareResult['logged'];

/**
 * Manual against autodiff of the logged loss over the steps: how far apart, where, and whether the difference is
 * explained.
 */
export class LoggedDeviation {
  #maxAbs = 0;
  #maxRel = 0;
  #first: Logged['firstStep'] = null;
  #largest: Logged['largest'] = null;
  #explained = 0;
  #unexplained = 0;

  /** `kernelDifference`: max |manual - logged| over the kernel's gradient. */
  add(
    place: StepPlace,
    sample: { label: number; logit: number },
    dLogit: { manual: number; logged: number },
    difference: { kernel: number; maxAbs: number; overRounding: boolean; explained: boolean },
  ): void {
    const distance = Math.abs(dLogit.manual - dLogit.logged);
    this.#maxAbs = Math.max(this.#maxAbs, difference.maxAbs);
    const magnitude = Math.max(Math.abs(dLogit.manual), Math.abs(dLogit.logged));
    if (magnitude > 0) this.#maxRel = Math.max(this.#maxRel, distance / magnitude);
    if (difference.overRounding) {
      this.#first ??= { ...place, logit: sample.logit };
      if (difference.explained) this.#explained++;
    }
    if (!difference.explained) this.#unexplained++;
    const before = this.#largest;
    if (before === null || distance > Math.abs(before.dLogitManual - before.dLogitLogged)) {
      this.#largest = {
        ...place,
        ...sample,
        dLogitManual: dLogit.manual,
        dLogitLogged: dLogit.logged,
        kernelDifference: difference.kernel,
      };
    }
  }

  result(): Logged {
    return {
      maxAbs: this.#maxAbs,
      maxRel: this.#maxRel,
      firstStep: this.#first,
      largest: this.#largest,
      explainedSteps: this.#explained,
      unexplainedSteps: this.#unexplained,
      explanation: this.#explanation(),
    };
  }

  #explanation(): string {
    const law =
      `The backward pass is the gradient of exact cross-entropy, p - y; the logged loss has ${EPSILON} inside its ` +
      'logarithms, so its gradient is q / (q + 1e-7) of that, with q the probability given to the true label: half ' +
      'at a logit of 16.1 on the wrong side, then vanishing.';
    if (this.#unexplained > 0) {
      return `${law} ${steps(this.#unexplained)} ${this.#unexplained === 1 ? 'does' : 'do'} not follow this law within rounding: look at autodiff there.`;
    }
    if (this.#first === null) return `${law} No step of this run came near enough for the two to differ.`;
    return this.#explained === 1
      ? `${law} The one step that differs by more than rounding follows this law.`
      : `${law} All ${steps(this.#explained)} that differ by more than rounding follow this law.`;
  }
}

const steps = (count: number): string => `${count} step${count === 1 ? '' : 's'}`;
