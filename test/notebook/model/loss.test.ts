import { describe, expect, it } from '@jest/globals';
import * as float64 from 'backproof/float64';
import { predictionRounding } from '../../../src/notebook/compare/bounds.ts';
import {
  labelTensors,
  loggedLoss,
  loggedLosses,
  logitsLoss,
  logitsLossBackward,
  logitsLosses,
} from '../../../src/notebook/model/loss.ts';
import { type Precision, UNIT_ROUNDOFF } from '../../../src/numerics/ieee.ts';
import { startBackend } from '../../../src/tfjs/backends.ts';
import type { Tensor2D, TF } from '../../../src/tfjs/types.ts';
import { workingBackends } from '../../support/backends.ts';

interface Build {
  title: string;
  precision: Precision;
  start(): Promise<TF>;
}
const builds: Build[] = [
  { title: 'in double precision', precision: 'float64', start: async () => float64 as unknown as TF },
];
for (const name of await workingBackends())
  builds.push({
    title: `on ${name}`,
    precision: 'float32',
    start: async () => (await startBackend(name)).tf,
  });

// On both sides of 0, certain and uncertain, and where exp would overflow single precision.
const LOGITS = [-104, -60, -30, -17.5, -13.9, -8, -3, -0.7, 0, 0.25, 2, 5, 11, 13.95, 16.2, 25, 60, 104];

describe.each(builds)('the logits loss $title', ({ precision, start }) => {
  const logitTensor = (tf: TF, logits: readonly number[]): Tensor2D =>
    tf.tensor2d([...logits], [logits.length, 1]);
  // The expected values are those of the logits rounded to single precision.
  const rounded = precision === 'float32' ? LOGITS.map(Math.fround) : LOGITS;

  it.each([0, 1])('has a gradient within one rounding of the prediction, label %i', async (label) => {
    const tf = await start();
    const labels = logitTensor(
      tf,
      LOGITS.map(() => label),
    );
    const gradient = tf.grad((z) => logitsLosses(tf, z as Tensor2D, labelTensors(tf, labels)));
    const values = Array.from(gradient(logitTensor(tf, LOGITS)).dataSync());
    values.forEach((value, i) => {
      const wrong = (1 - 2 * label) * rounded[i]!;
      const exact = (1 - 2 * label) / (1 + Math.exp(-wrong));
      expect(Math.abs(value - exact)).toBeLessThanOrEqual(predictionRounding(precision));
    });
  });

  it.each([0, 1])('loses no digit where the network is sure, label %i', async (label) => {
    const tf = await start();
    LOGITS.forEach((logit, i) => {
      const value = logitsLoss(tf, logitTensor(tf, [logit]), logitTensor(tf, [label])).dataSync()[0]!;
      const wrong = (1 - 2 * label) * rounded[i]!;
      const exact = Math.max(wrong, 0) + Math.log1p(Math.exp(-Math.abs(wrong)));
      const smallest = precision === 'float32' ? 2 ** -126 : 2 ** -1022;
      expect(Math.abs(value - exact)).toBeLessThanOrEqual(8 * UNIT_ROUNDOFF[precision] * exact + smallest);
    });
  });
});

it('the logged loss of p = 0.25 and the gradient of the exact one, by hand', () => {
  const column = (...values: number[]): Tensor2D => float64.tensor2d(values, [values.length, 1]);
  const [prediction, label] = [column(0.25, 0.25), column(1, 0)];
  const tf = float64 as unknown as TF;
  const losses = Array.from(loggedLosses(tf, prediction, labelTensors(tf, label)).dataSync());
  // -log(0.2500001) and -log(0.7500001)
  expect(losses[0]).toBeCloseTo(1.3862939611199705, 14);
  expect(losses[1]).toBeCloseTo(0.2876819391184566, 14);
  expect(loggedLoss(tf, prediction, label).dataSync()[0]).toBeCloseTo(1.6739759002384271, 14);
  expect(Array.from(logitsLossBackward(tf, prediction, label).dataSync())).toEqual([-0.75, 0.25]);
});
