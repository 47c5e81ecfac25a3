import { finite, finiteOrNull, overAllowed } from '../../numerics/finite.ts';
import { type Precision, ulpDistance } from '../../numerics/ieee.ts';
import type { Agreement, Pair, Verdict } from '../../results/compare.ts';
import type { Scatter } from '../../results/scatter.ts';
import { type ParameterName, parameterNames } from '../../results/shared.ts';
import { ScatterSampler, type StepPlace } from './scatter.ts';

/** The gradients of one step on one side, as plain numbers. */
export interface StepValues {
  readonly kernel: ArrayLike<number>;
  readonly weight: ArrayLike<number>;
  readonly bias: ArrayLike<number>;
}

/** The agreement of one parameter at one step. */
export interface StepAgreement {
  readonly maxAbs: number;
  readonly maxOverAllowed: number;
}

type Worst = NonNullable<Agreement['worst']>;

/** The agreement of one parameter between two sides, accumulated over the steps. */
class ParameterAgreement {
  #steps = 0;
  #failedSteps = 0;
  #maxAbs = 0;
  #maxRel = 0;
  #minCosine: number | null = null;
  #maxUlp = 0;
  #maxOverAllowed = 0;
  #worst: Omit<Worst, 'index' | 'left' | 'right'> & { at: number; left: number; right: number } = {
    epoch: 1,
    sample: 0,
    at: 0,
    left: 0,
    right: 0,
    allowed: 0,
  };

  constructor(
    readonly precision: Precision,
    readonly indexOf: (at: number) => number[],
    readonly sampler: ScatterSampler | null,
  ) {}

  add(
    left: ArrayLike<number>,
    right: ArrayLike<number>,
    bound: ArrayLike<number>,
    sides: number,
    place: StepPlace,
  ): StepAgreement {
    let product = 0;
    let leftSquared = 0;
    let rightSquared = 0;
    let stepAbs = 0;
    let stepOver = 0;
    let equal = 0;
    for (let at = 0; at < left.length; at++) {
      const l = left[at]!;
      const r = right[at]!;
      product += l * r;
      leftSquared += l * l;
      rightSquared += r * r;
      if (l === r) {
        equal++;
        continue;
      }
      const distance = Math.abs(l - r);
      const room = sides * bound[at]!;
      const over = overAllowed(distance, room);
      stepAbs = larger(stepAbs, distance);
      stepOver = Math.max(stepOver, over);
      this.#maxRel = larger(this.#maxRel, distance / Math.max(Math.abs(l), Math.abs(r)));
      this.#maxUlp = larger(this.#maxUlp, ulpDistance(l, r, this.precision));
      if (over > this.#maxOverAllowed) {
        this.#maxOverAllowed = over;
        this.#worst = { ...place, at, left: l, right: r, allowed: room };
      }
      this.sampler?.note(place, at, l, r, room, over);
    }
    this.sampler?.count(left.length, equal);
    this.#steps++;
    if (stepOver > 1) this.#failedSteps++;
    this.#maxAbs = larger(this.#maxAbs, stepAbs);
    // Not a number where a side is 0.
    const cosine = product / Math.sqrt(leftSquared) / Math.sqrt(rightSquared);
    if (Number.isFinite(cosine)) this.#minCosine = Math.min(this.#minCosine ?? 1, cosine);
    return { maxAbs: stepAbs, maxOverAllowed: stepOver };
  }

  result(): Agreement {
    const { at, left, right, ...worst } = this.#worst;
    return {
      steps: this.#steps,
      maxAbs: this.#maxAbs,
      maxRel: this.#maxRel,
      minCosine: this.#minCosine,
      maxUlp: this.#maxUlp,
      maxOverAllowed: this.#maxOverAllowed,
      failedSteps: this.#failedSteps,
      worst:
        this.#steps === 0
          ? null
          : { ...worst, index: this.indexOf(at), left: finiteOrNull(left), right: finiteOrNull(right) },
    };
  }
}

/** The larger of the two, where NaN counts as larger than every number that JSON can hold. */
const larger = (a: number, b: number): number => (b <= a ? a : finite(b));

/** The agreement of two sides over a run. */
export class PairAgreement {
  readonly #parameters: Record<ParameterName, ParameterAgreement>;

  /** `keepsPoints`: whether single elements are kept, for a scatter plot. */
  constructor(
    readonly title: Pick<Pair, 'left' | 'right' | 'loss' | 'precision'>,
    kernelSize: number,
    keepsPoints = false,
  ) {
    const indexOf: Record<ParameterName, (at: number) => number[]> = {
      kernel: (at) => [Math.floor(at / kernelSize), at % kernelSize],
      weight: (at) => [at],
      bias: () => [],
    };
    const agreementOf = (name: ParameterName) =>
      new ParameterAgreement(title.precision, indexOf[name], keepsPoints ? new ScatterSampler() : null);
    this.#parameters = {
      kernel: agreementOf('kernel'),
      weight: agreementOf('weight'),
      bias: agreementOf('bias'),
    };
  }

  /**
   * Compares the two sides at one step. The allowed difference is the bound on one side's error times the number of
   * sides that may have that error.
   */
  add(
    left: StepValues,
    right: StepValues,
    bound: StepValues,
    sides: 1 | 2,
    place: StepPlace,
  ): Record<ParameterName, StepAgreement> {
    const agreementOf = (name: ParameterName) =>
      this.#parameters[name].add(left[name], right[name], bound[name], sides, place);
    return { kernel: agreementOf('kernel'), weight: agreementOf('weight'), bias: agreementOf('bias') };
  }

  /** The elements that were kept. */
  scatter(): Scatter[] {
    return parameterNames.flatMap((parameter) => {
      const { sampler, indexOf } = this.#parameters[parameter];
      return sampler ? [{ precision: this.title.precision, parameter, ...sampler.result(indexOf) }] : [];
    });
  }

  /** `whenOver`: the verdict if any step exceeds the allowed difference. */
  result(whenOver: Exclude<Verdict, 'pass'>): Pair {
    const { kernel, weight, bias } = this.#parameters;
    const parameters = { kernel: kernel.result(), weight: weight.result(), bias: bias.result() };
    const agreements = parameterNames.map((name) => parameters[name]);
    const over = agreements.some((agreement) => agreement.failedSteps > 0);
    const none = agreements.every((agreement) => agreement.steps === 0);
    return { ...this.title, parameters, verdict: over ? whenOver : none ? 'inconclusive' : 'pass' };
  }
}
