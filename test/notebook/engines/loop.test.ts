import { describe, expect, it, jest } from '@jest/globals';
import type { Engine } from '../../../src/notebook/engines/engine.ts';
import { runEpochs } from '../../../src/notebook/engines/loop.ts';
import type { Parameters } from '../../../src/notebook/model/parameters.ts';

/** Two samples, one of each label, on a network with one output, to test how the loop handles an engine's logits. */
const samples = {
  count: 4,
  pixels: new Float32Array(4 * 256).fill(0.5),
  labels: Uint8Array.of(1, 1, 0, 0),
} as never;
const parameters = (bias: number): Parameters => ({
  kernel: new Float64Array(256),
  weight: new Float64Array(1),
  bias,
});

/** An engine that reports one list of logits per epoch. */
function reporting(
  epochs: readonly (readonly number[])[],
  bias: (epoch: number) => number = () => 1,
): Engine {
  let epoch = 0;
  return {
    precision: 'float64',
    advance: () => Float64Array.from(epochs[epoch++]!),
    parameters: () => parameters(bias(epoch)),
    dispose() {},
  };
}

describe('an epoch of a run', () => {
  it('its loss is the mean over the samples, of their labels', async () => {
    const { losses } = await runEpochs(reporting([[0, 2, -1, 3]]), samples, 1);
    const terms = [0.5, 1 / (1 + Math.exp(-2)), 1 - 1 / (1 + Math.exp(1)), 1 - 1 / (1 + Math.exp(-3))];
    const mean = terms.reduce((sum, q) => sum - Math.log(q + 1e-7), 0) / 4;
    expect(losses[0]).toBeCloseTo(mean, 14);
  });

  it('its logits are counted towards the label of each', async () => {
    const { logitCounts } = await runEpochs(reporting([[0.5, -3.5, -3.5, 100]]), samples, 1);
    // Bins are one wide from -32 on; label 0 flips the sign.
    const expected = new Array<number>(64).fill(0);
    for (const bin of [32, 28, 35, 0]) expected[bin]!++;
    expect(logitCounts).toEqual([expected]);
  });

  it('saturated steps are those that lost half of the gradient, over all epochs', async () => {
    const run = await runEpochs(
      reporting([
        [-17, -15, 17, 15],
        [-17, 17, -17, -17],
      ]),
      samples,
      2,
    );
    expect(run.saturatedSteps).toBe(3);
    expect(run).toMatchObject({ steps: 8, partial: null });
  });

  it.each([
    [1e300, null],
    [1.01e300, 'diverged'],
    [-1.01e300, 'diverged'],
    [Number.NaN, 'diverged'],
  ])('a bias of %d at its end: %s', async (bias, reason) => {
    const { partial, losses } = await runEpochs(
      reporting([[1, 1, -1, -1]], () => bias),
      samples,
      1,
    );
    expect(partial?.reason ?? null).toBe(reason);
    expect(losses).toHaveLength(reason === null ? 1 : 0);
    if (partial !== null) expect(partial.message).toBe('a parameter left ±1e+300 in epoch 1');
  });
});

describe('a run that diverges', () => {
  it('counts the steps before the logit that is no number, and keeps finished epochs only', async () => {
    const run = await runEpochs(
      reporting([
        [1, 1, 1, -20],
        [1, 1, Number.NaN, 1],
        [0, 0, 0, 0],
      ]),
      samples,
      3,
    );
    expect(run.partial).toMatchObject({ reason: 'diverged', epoch: 2, sample: 2 });
    expect(run).toMatchObject({ steps: 6, saturatedSteps: 0 });
    expect(run.losses).toHaveLength(1);
    expect(run.kernelHistory).toHaveLength(2);
    expect(run.checkpoints.map(({ epoch }) => epoch)).toEqual([0, 1]);
    expect(run.activeFraction).toHaveLength(1);
  });

  it('in its parameters, after the last sample of an epoch', async () => {
    const engine = reporting([[1, 1, 1, 1]], (epoch) => (epoch === 1 ? Number.POSITIVE_INFINITY : 0));
    const run = await runEpochs(engine, samples, 1);
    expect(run.partial).toMatchObject({ reason: 'diverged', epoch: 1, sample: 3 });
    expect(run.parameters.bias).toBe(0);
    expect(run.losses).toEqual([]);
  });
});

it('a run tells its steps and the loss of the last epoch, keeps every epoch, and times only its steps', async () => {
  const clock = jest.spyOn(performance, 'now');
  for (const now of [1000, 1250, 2000, 2125, 3000, 3000]) clock.mockReturnValueOnce(now);
  const told: unknown[] = [];
  const epochs = [0, 1, 2].map((logit) => [logit, logit, -logit, -logit]);
  const run = await runEpochs(
    reporting(epochs, (epoch) => epoch),
    samples,
    3,
    { onProgress: (...progress) => told.push(progress) },
  );
  clock.mockRestore();
  expect(told).toEqual([
    [4, 12, null],
    [8, 12, run.losses[0]],
    [12, 12, run.losses[1]],
  ]);
  expect(run.checkpoints.map(({ epoch }) => epoch)).toEqual([0, 1, 2, 3]);
  expect([run.parameters.bias, run.seconds]).toEqual([3, 0.375]);
});

it('the steps of an epoch are taken a hundred at a time', async () => {
  const taken: number[][] = [];
  const engine: Engine = {
    ...reporting([]),
    advance: (first, count) => {
      taken.push([first, count]);
      return new Float64Array(count);
    },
    evaluate: () => ({ confusion: [[0, 0], [0, 0]], activeFraction: null }),
  }; // biome-ignore format: a matrix
  const many = { count: 200, labels: new Uint8Array(200) } as never;
  expect((await runEpochs(engine, many, 2)).steps).toBe(400);
  expect(taken).toEqual([...[[0, 100], [100, 100]], ...[[0, 100], [100, 100]]]); // biome-ignore format: a row an epoch
  taken.length = 0;
  await runEpochs(engine, { count: 150, labels: new Uint8Array(150) } as never, 1);
  expect(taken).toEqual([[0, 100], [100, 50]]); // biome-ignore format: a row
});

it('a run that ends early keeps its last epoch, also where only every other is kept', async () => {
  let epoch = -1;
  const engine: Engine = {
    ...reporting([[1, 1, 1, 1], [1, 1, 1, 1], [1, 1, 1, 1], [Number.NaN, 1, 1, 1]]),
    // One of four is right at the start, and one more after each epoch.
    evaluate: () => ({ confusion: [[++epoch, 3 - epoch], [0, 1]], activeFraction: null }),
  }; // biome-ignore format: a matrix
  const run = await runEpochs(engine, samples, 400);
  expect(run.partial).toMatchObject({ reason: 'diverged', epoch: 4, sample: 0 });
  const checkpoints = run.checkpoints.map((each) => [each.epoch, each.trainAccuracy]);
  expect(checkpoints).toEqual([[0, 1 / 4], [2, 3 / 4], [3, 1]]); // biome-ignore format: a row
  expect([run.steps, run.activeFraction]).toEqual([12, [0, 0, 0]]);
});

it('others have their turn between steps, and may stop the run', async () => {
  const stop = new AbortController();
  setImmediate(() => stop.abort());
  const epochs = Array.from({ length: 2 }, () => [1, 1, -1, -1]);
  const run = await runEpochs(reporting(epochs), samples, 2, { signal: stop.signal });
  expect(run.partial).toMatchObject({ reason: 'interrupted', epoch: 2, sample: 0 });
});

it('a signal is obeyed before the next steps', async () => {
  const stop = new AbortController();
  const run = await runEpochs(
    reporting([
      [1, 1, -1, -1],
      [1, 1, -1, -1],
    ]),
    samples,
    2,
    {
      signal: stop.signal,
      onProgress: () => stop.abort(),
    },
  );
  expect(run.partial).toMatchObject({ reason: 'interrupted', epoch: 2, sample: 0 });
  expect(run.losses).toHaveLength(1);
});
