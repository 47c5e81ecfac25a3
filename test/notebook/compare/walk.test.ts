import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { WalkedStep } from '../../../src/notebook/compare/finiteDifferences.ts';
import { walk } from '../../../src/notebook/compare/walk.ts';
import { type LayerBackwards, layerBackwards } from '../../../src/notebook/model/network.ts';
import type { Pair } from '../../../src/results/compare.ts';
import { MAX_POINTS } from '../../../src/results/scatter.ts';
import { parameterNames } from '../../../src/results/shared.ts';
import { startBackend } from '../../../src/tfjs/backends.ts';
import type { TF } from '../../../src/tfjs/types.ts';
import { smallProblem } from '../../support/problem.ts';

let tf: TF;
beforeAll(async () => {
  tf = (await startBackend('cpu')).tf;
});

const walkWith = (layers: LayerBackwards, epochs = 2) =>
  walk({
    tf,
    precision: 'float32',
    ...smallProblem(),
    epochs,
    layers,
  });

const failing = (pair: Pair) => parameterNames.filter((name) => pair.parameters[name].failedSteps > 0);

describe('comparing a run', () => {
  it('passes the right backward pass, within what rounding allows, and leaks no tensor', async () => {
    const before = tf.memory().numTensors;
    const { pairs, logged, perEpoch, timing, partial } = await walkWith(layerBackwards);
    expect(tf.memory().numTensors).toBe(before);
    expect(pairs.map(({ left, right, loss, verdict }) => [left, right, loss, verdict])).toEqual([
      ['manual', 'autodiff', 'logits', 'pass'],
      ['manual', 'reference', 'logits', 'pass'],
      ['manual', 'autodiff', 'logged', 'pass'],
      ['autodiff', 'reference', 'logged', 'pass'],
    ]);
    expect(pairs[0]!.parameters.kernel.maxAbs).toBeGreaterThan(0);
    expect(pairs[1]!.parameters.kernel.minCosine).toBeGreaterThan(0.999999);
    expect(logged.unexplainedSteps).toBe(0);
    expect([perEpoch.length, timing.steps, partial]).toEqual([2, 40, null]);
  });

  it('takes the seconds from its start to its end', async () => {
    const clock = jest.spyOn(performance, 'now').mockReturnValueOnce(6500).mockReturnValueOnce(8000);
    const { timing } = await walkWith(layerBackwards, 1);
    expect([timing.seconds, clock.mock.calls.length]).toEqual([1.5, 2]);
    clock.mockRestore();
  });

  it('keeps elements for a scatter, the worst of each parameter among them', async () => {
    const { pairs, scatter } = await walkWith(layerBackwards);
    expect(scatter.map(({ parameter }) => parameter)).toEqual([...parameterNames]);
    for (const { precision, parameter, elements, equal, points } of scatter) {
      const { steps, worst, maxOverAllowed } = pairs[0]!.parameters[parameter];
      expect([precision, elements]).toEqual([
        'float32',
        steps * { kernel: 25, weight: 144, bias: 1 }[parameter],
      ]);
      expect(points.length).toBeGreaterThan(0);
      expect(points.length).toBeLessThanOrEqual(Math.min(MAX_POINTS, elements - equal));
      expect(points).toContainEqual(worst);
      for (const { left, right, allowed } of points) {
        expect(left).not.toBe(right);
        expect(Math.abs(left! - right!) / allowed).toBeLessThanOrEqual(maxOverAllowed);
      }
    }
  });

  it('tells each step, with its logit turned towards its label', async () => {
    const told: WalkedStep[] = [];
    const onStep = (step: WalkedStep) => told.push(step);
    await walk({ tf, precision: 'float32', ...smallProblem(4), epochs: 1, onStep });
    expect(told.map(({ place: { epoch, sample } }) => [epoch, sample])).toEqual(
      [0, 1, 2, 3].map((at) => [1, at]),
    );
    // The labels are 0, 1, 0, 1.
    const turned = told.map(({ logit }, at) => (at % 2 === 1 ? logit : -logit));
    expect(told.map(({ towardsLabel }) => towardsLabel)).toEqual(turned);
  });

  it('tells its progress every 20 steps, and others have their turn there, and may stop it', async () => {
    const stop = new AbortController();
    setImmediate(() => stop.abort());
    const told: unknown[] = [];
    const onProgress = (...progress: unknown[]) => told.push(progress);
    const run = { tf, precision: 'float32', ...smallProblem(), epochs: 2 } as const;
    const { partial, timing } = await walk(run, { signal: stop.signal, onProgress });
    expect(told).toEqual([[20, 40]]);
    expect(partial).toMatchObject({ reason: 'interrupted', epoch: 2, sample: 0 });
    expect(timing.steps).toBe(20);
  });

  // A layer's backward pass with a mistake, and the parameters in which it must be found.
  const mistakes: [string, Partial<LayerBackwards>, string[]][] = [
    ['no ReLU mask', { relu: (_tf, _convOut, dy) => dy }, ['kernel']],
    [
      'a ReLU mask on the gradient in place of the pre-activation',
      { relu: (tf, _convOut, dy) => tf.relu(dy) },
      ['kernel'],
    ],
    [
      'half the kernel gradient',
      { convolution: (tf, image, dy) => tf.mul(0.5, layerBackwards.convolution(tf, image, dy)) },
      ['kernel'],
    ],
    [
      'a kernel gradient that is flipped',
      { convolution: (tf, image, dy) => tf.reverse4d(layerBackwards.convolution(tf, image, dy), [0, 1]) },
      ['kernel'],
    ],
    [
      'the label subtracted the wrong way round',
      { loss: (tf, prediction, label) => tf.sub(label, prediction) },
      ['weight', 'bias', 'kernel'],
    ],
    [
      'no bias gradient',
      {
        dense: (tf, flatOut, weight, dLogit) => {
          const right = layerBackwards.dense(tf, flatOut, weight, dLogit);
          return { ...right, dBias: tf.zerosLike(right.dBias) };
        },
      },
      ['bias'],
    ],
    [
      'the weight as it is after its update',
      {
        dense: (tf, flatOut, weight, dLogit) => {
          const right = layerBackwards.dense(tf, flatOut, weight, dLogit);
          const updated = tf.sub(weight, tf.mul(0.1, right.dWeight));
          return { ...right, dFlat: tf.matMul(dLogit, updated, false, true) };
        },
      },
      ['kernel'],
    ],
  ];
  it.each(mistakes)('catches %s, and names the parameter', async (_name, planted, found) => {
    const { pairs, logged } = await walkWith({ ...layerBackwards, ...planted }, 1);
    expect(failing(pairs[0]!)).toEqual(found);
    expect(failing(pairs[1]!)).toEqual(found);
    expect(pairs[0]!.verdict).toBe('fail');
    // Autodiff made no mistake, so the law of the logged loss still holds.
    expect(logged.unexplainedSteps).toBe(0);
  });

  it('calls a gradient that is not a number wrong', async () => {
    const planted: Partial<LayerBackwards> = {
      convolution: (tf, image, dy) => tf.div(layerBackwards.convolution(tf, image, dy), 0),
    };
    const before = tf.memory().numTensors;
    const { pairs, partial } = await walkWith({ ...layerBackwards, ...planted }, 1);
    expect(tf.memory().numTensors).toBe(before);
    expect(pairs[0]!.verdict).toBe('fail');
    expect(partial).toMatchObject({ reason: 'diverged', epoch: 1, sample: 1 });
  });
});
