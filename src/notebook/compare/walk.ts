import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Precision } from '../../numerics/ieee.ts';
import type { CompareResult } from '../../results/compare.ts';
import type { EarlyEnd } from '../../results/shared.ts';
import type { Tensor2D, TF } from '../../tfjs/types.ts';
import type { Samples } from '../data/images.ts';
import { autodiffGradients } from '../engines/autodiff.ts';
import { diverged, interrupted } from '../engines/loop.ts';
import { descend, sampleTensors } from '../engines/tensors.ts';
import {
  type GradientTensors,
  type LayerBackwards,
  layerBackwards,
  manualGradients,
} from '../model/network.ts';
import { fromTensors, type Parameters, sideOf, toTensors } from '../model/parameters.ts';
import type { WalkedStep } from './finiteDifferences.ts';
import { type SideValues, StepComparison, type StepSides } from './step.ts';
import type { WorkHooks } from './thread.ts';

/** The settings of a walk: a training run by `manual`, with the other sides computed at every step. */
export interface Walk {
  readonly tf: TF;
  readonly precision: Precision;
  readonly samples: Samples;
  readonly parameters: Parameters;
  readonly learningRate: number;
  readonly epochs: number;
  /** Called at every step, with the parameters before it. */
  readonly onStep?: (step: WalkedStep) => void;
  /** The hand-written backward pass, layer by layer; its gradients update the parameters. */
  readonly layers?: LayerBackwards;
}

/** The results of a walk: its parts of compare.json. */
export type WalkResult = Pick<
  CompareResult,
  'pairs' | 'scatter' | 'logged' | 'perEpoch' | 'partial' | 'timing'
>;

/** Steps between two checks of the signal. */
const STEPS_AT_ONCE = 20;

/**
 * Trains with the manual gradient and, at every step and at the same parameters, compares it with autodiff of the
 * logits loss, autodiff of the logged loss, and the reference in float64.
 */
export async function walk(
  { tf, precision, samples, parameters, learningRate, epochs, onStep, layers = layerBackwards }: Walk,
  { signal, onProgress }: WorkHooks = {},
): Promise<WalkResult> {
  const kernelSize = sideOf(parameters.kernel);
  const comparison = new StepComparison(samples, kernelSize, precision);
  const { samples: samplesAsTensors, dispose } = sampleTensors(tf, samples);
  const rate = tf.tensor2d([learningRate], [1, 1]);
  const autodiffOfLogits = autodiffGradients('logits');
  const autodiffOfLogged = autodiffGradients('logged');
  let present = toTensors(tf, parameters);
  let partial: EarlyEnd = null;
  let steps = 0;
  const started = performance.now();

  for (let epoch = 1; epoch <= epochs && partial === null; epoch++) {
    for (let sample = 0; sample < samples.count; sample++) {
      if (signal?.aborted) {
        partial = interrupted(epoch, sample);
        break;
      }
      const at = fromTensors(present);
      const tensors = samplesAsTensors[sample]!;
      let values: StepSides | undefined;
      const next = tf.tidy(() => {
        const byHand = manualGradients(tf, present, tensors.image, tensors.label, layers);
        values = {
          manual: read(byHand),
          logits: readAndFree(autodiffOfLogits(tf, present, tensors)),
          logged: readAndFree(autodiffOfLogged(tf, present, tensors)),
        };
        return descend(tf, present, scaled(tf, byHand, rate));
      });
      if (values === undefined) throw new Error('tidy: expected it to call its function, got no values');
      if (!Number.isFinite(values.manual.logit)) {
        tf.dispose([next.kernel, next.weight, next.bias]);
        partial = diverged(epoch, sample, values.manual.logit);
        break;
      }
      const place = { epoch, sample };
      comparison.add(place, at, values);
      const { logit } = values.manual;
      const towardsLabel = samples.labels[sample] === 1 ? logit : -logit;
      onStep?.({ place, parameters: at, logit, towardsLabel, open: comparison.openOutputs });
      tf.dispose([present.kernel, present.weight, present.bias]);
      present = next;
      steps++;
      if (steps % STEPS_AT_ONCE === 0) {
        onProgress?.(steps, epochs * samples.count);
        await nextTurn();
      }
    }
  }
  dispose();
  tf.dispose([rate, present.kernel, present.weight, present.bias]);
  const seconds = (performance.now() - started) / 1000;
  return { ...comparison.result(), partial, timing: { steps, seconds } };
}

type Step = GradientTensors & { readonly logit: Tensor2D };

const read = ({ dKernel, dWeight, dBias, logit }: Step): SideValues => ({
  kernel: dKernel.dataSync(),
  weight: dWeight.dataSync(),
  bias: dBias.dataSync(),
  logit: logit.dataSync()[0]!,
});

/** The gradients times the learning rate. */
const scaled = (tf: TF, { dKernel, dWeight, dBias }: GradientTensors, rate: Tensor2D): GradientTensors => ({
  dKernel: tf.mul(rate, dKernel),
  dWeight: tf.mul(rate, dWeight),
  dBias: tf.mul(rate, dBias),
});

/** Reads the values and disposes of the logit, which autodiff keeps alive beyond the tidy. */
function readAndFree(step: Step): SideValues {
  const values = read(step);
  step.logit.dispose();
  return values;
}
