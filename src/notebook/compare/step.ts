import type { Precision } from '../../numerics/ieee.ts';
import type { CompareResult } from '../../results/compare.ts';
import { parameterNames } from '../../results/shared.ts';
import { IMAGE_PIXELS, type Samples } from '../data/images.ts';
import { loggedLossOf } from '../engines/loggedLoss.ts';
import { referenceBackward, referenceBuffers, referenceForward } from '../engines/reference.ts';
import type { Gradients, Parameters } from '../model/parameters.ts';
import { PairAgreement, type StepValues } from './agreement.ts';
import { ErrorModel } from './bounds.ts';
import { EpochTable } from './epochs.ts';
import { LoggedDeviation, loggedGradient } from './logged.ts';
import type { StepPlace } from './scatter.ts';

/** One side at one step. */
export interface SideValues extends StepValues {
  readonly logit: number;
}

/** The sides that ran on tf ops, at the same parameters: the hand-written pass and autodiff of both losses. */
export interface StepSides {
  readonly manual: SideValues;
  readonly logits: SideValues;
  readonly logged: SideValues;
}

/** Compares the sides of each step with each other and with the reference, and accumulates the results. */
export class StepComparison {
  readonly #samples: Samples;
  readonly #precision: Precision;
  readonly #reference;
  readonly #model: ErrorModel;
  readonly #pairs;
  readonly #logged = new LoggedDeviation();
  readonly #epochs = new EpochTable();

  constructor(samples: Samples, kernelSize: number, precision: Precision) {
    this.#samples = samples;
    this.#precision = precision;
    this.#reference = referenceBuffers(kernelSize);
    this.#model = new ErrorModel(kernelSize, precision);
    const pair = (left: string, right: string, loss: 'logits' | 'logged') =>
      new PairAgreement({ left, right, loss, precision }, kernelSize);
    this.#pairs = {
      autodiff: new PairAgreement(
        { left: 'manual', right: 'autodiff', loss: 'logits', precision },
        kernelSize,
        true,
      ),
      reference: pair('manual', 'reference', 'logits'),
      logged: pair('manual', 'autodiff', 'logged'),
      law: pair('autodiff', 'reference', 'logged'),
    };
  }

  /** `parameters`: the values before the step, the same for all sides. */
  add(place: StepPlace, parameters: Parameters, { manual, logits, logged }: StepSides): void {
    const { pixels, labels } = this.#samples;
    const label = labels[place.sample]!;
    const offset = place.sample * IMAGE_PIXELS;
    const { activations, gradients } = this.#reference;
    const model = this.#model;
    const referenceAt = (dLogit: number): StepValues => {
      referenceBackward(parameters, pixels, offset, activations, dLogit, gradients);
      return valuesOf(gradients);
    };
    referenceForward(parameters, pixels, offset, activations);
    model.measure(parameters, pixels, offset, activations);
    // The reference's own float64 rounding only matters next to another float64 side.
    const besideReference = this.#precision === 'float64' ? 2 : 1;

    // The exact loss: dLogit = p - y.
    const dLogit = activations.prediction - label;
    const sharedError = model.dLogitError(activations.logit, true);
    const shared = model.bounds(activations, dLogit, sharedError, true);
    const step = this.#pairs.autodiff.add(manual, logits, shared, 2, place);
    const wholeError = model.dLogitError(activations.logit, false);
    const whole = model.bounds(activations, dLogit, wholeError, false);
    this.#pairs.reference.add(manual, referenceAt(dLogit), whole, besideReference, place);

    // The logged loss: the same gradients from its own dLogit.
    const law = loggedGradient(logged.logit, label, this.#precision);
    const lawBound = model.bounds(activations, law.dLogit, law.error, false);
    const lawStep = this.#pairs.law.add(logged, referenceAt(law.dLogit), lawBound, besideReference, place);
    const gap = Math.abs(dLogit - law.dLogit) + law.error + wholeError;
    const gapBound = model.bounds(activations, law.dLogit, gap, true);
    const loggedStep = this.#pairs.logged.add(manual, logged, gapBound, 2, place);
    const loggedMaxAbs = Math.max(...parameterNames.map((name) => loggedStep[name].maxAbs));
    const dLogits = { manual: manual.bias[0]!, logged: logged.bias[0]! };
    this.#logged.add(place, { label, logit: manual.logit }, dLogits, {
      kernel: loggedStep.kernel.maxAbs,
      maxAbs: loggedMaxAbs,
      overRounding: !(Math.abs(dLogits.manual - dLogits.logged) <= 2 * sharedError),
      explained: parameterNames.every((name) => lawStep[name].maxOverAllowed <= 1),
    });
    this.#epochs.add(place.epoch, manual.logit, loggedLossOf(manual.logit, label), step, loggedMaxAbs);
  }

  /** Number of pre-activations above 0 at the step added last. */
  get openOutputs(): number {
    let open = 0;
    for (const value of this.#reference.activations.flatOut) if (value > 0) open++;
    return open;
  }

  result(): Pick<CompareResult, 'pairs' | 'scatter' | 'logged' | 'perEpoch'> {
    const { autodiff, reference, logged, law } = this.#pairs;
    return {
      pairs: [
        autodiff.result('fail'),
        reference.result('fail'),
        // A difference here comes from the other loss, so it is never a fault of the backward pass.
        logged.result('inconclusive'),
        law.result('inconclusive'),
      ],
      scatter: autodiff.scatter(),
      logged: this.#logged.result(),
      perEpoch: this.#epochs.rows,
    };
  }
}

const valuesOf = ({ dKernel, dWeight, dBias }: Gradients): StepValues => ({
  kernel: dKernel,
  weight: dWeight,
  bias: [dBias],
});
