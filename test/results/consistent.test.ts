import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { z } from 'zod';
import { compareSchema } from '../../src/results/compare.ts';
import { readResult } from '../../src/results/file.ts';
import { type SweepResult, sweepSchema } from '../../src/results/sweep.ts';
import { trainSchema } from '../../src/results/train.ts';
import { failureOf, temporaryFolder } from '../notebook/data/fixtures.ts';
import { planWith, sweepOf } from '../notebook/sweep/plans.ts';
import { compareResult, trainResult } from '../support/results.ts';

/** A copy that is modified in place, also in ways that the types forbid. */
function changed<Result>(result: Result, change: (result: Result) => void): Result {
  const copy = structuredClone(result);
  change(copy);
  return copy;
}

/** The first mistake that a schema reports, with its path. */
function mistakeIn(schema: z.ZodType, result: unknown): string | undefined {
  const issue = schema.safeParse(result).error?.issues[0];
  return issue && `${issue.path.join('.')}: ${issue.message}`;
}

describe('train.json', () => {
  const right = trainResult({ epochs: 4 });

  it('is right as it is, of one epoch, and of a run that was stopped in its first or after its last epoch', () => {
    expect(mistakeIn(trainSchema, right)).toBeUndefined();
    expect(mistakeIn(trainSchema, trainResult({ epochs: 1 }))).toBeUndefined();
    const partial = { reason: 'interrupted', epoch: 4, sample: 7, message: '' } as const;
    expect(mistakeIn(trainSchema, { ...right, partial })).toBeUndefined();
    const stopped = changed(right, (r) => {
      r.partial = { ...partial, epoch: 1 };
      r.losses = [];
      r.logits.counts = [];
      r.diagnosis.activeFraction = [];
      r.kernelHistory.splice(1);
      r.checkpoints.splice(1);
    });
    expect(mistakeIn(trainSchema, stopped)).toBeUndefined();
  });

  it.each<[string, (result: typeof right) => void, string]>([
    ['fewer kernels than epochs', (r) => r.kernelHistory.pop(), 'kernelHistory: expected 5 entries'],
    ['a kernel of another size', (r) => r.kernelHistory[2]!.pop(), 'kernelHistory.2: expected 25 entries'],
    ['fewer losses', (r) => r.losses.pop(), 'losses: expected 4 entries (config.epochs), got 3'],
    [
      'a loss that cannot be',
      (r) => {
        r.losses[1] = 1e308;
      },
      'losses.1: Too big',
    ],
    [
      'an image without its label',
      (r) => {
        r.images!.train.labels.pop();
      },
      'images.train: expected 256 bytes, a label and an index for each image',
    ],
    [
      'an image without its index',
      (r) => {
        r.images!.train.indices.pop();
      },
      'images.train: expected 256 bytes, a label and an index for each image',
    ],
    [
      'an image of fewer bytes',
      (r) => {
        r.images!.train.pixels = r.images!.train.pixels.slice(4);
      },
      'images.train: expected 256 bytes, a label and an index for each image',
    ],
    [
      'a parameter that no drawing has room for',
      (r) => {
        r.parameters.weight[13] = 1e308;
      },
      'parameters.weight.13: Too big',
    ],
    [
      'bins of logits as wide as that',
      (r) => {
        r.logits.width = 1e308;
      },
      'logits.width: Too big',
    ],
    [
      'a probability above 1',
      (r) => {
        r.test.predictions[3] = 1.5;
      },
      'test.predictions.3: Too big',
    ],
    [
      'an accuracy of 1e308',
      (r) => {
        r.train.accuracy = 1e308;
      },
      'train.accuracy: Too big',
    ],
    [
      'a share below 0',
      (r) => {
        r.diagnosis.activeFraction[0] = -0.1;
      },
      'diagnosis.activeFraction.0: Too small',
    ],
    ['fewer shares', (r) => r.diagnosis.activeFraction.pop(), 'diagnosis.activeFraction: expected 4'],
    [
      'death after the end',
      (r) => {
        r.diagnosis.deadReluSince = 5;
      },
      'diagnosis.deadReluSince: expected an epoch up to 4',
    ],
    [
      'a row of a kernel too many',
      (r) => r.initial.kernel.push([0, 0, 0, 0, 0]),
      'initial.kernel: expected 5',
    ],
    ['a ragged kernel', (r) => r.parameters.kernel[1]!.pop(), 'parameters.kernel.1: expected 5'],
    [
      'fewer weights',
      (r) => r.parameters.weight.pop(),
      'parameters.weight: expected 144 entries (by config.kernelSize)',
    ],
    [
      'another kernel size',
      (r) => {
        r.config.kernelSize = 7;
      },
      'initial.kernel: expected 7',
    ],
    [
      'no checkpoints',
      (r) => {
        r.checkpoints.length = 0;
      },
      'checkpoints: expected the first of them before',
    ],
    [
      'no last checkpoint',
      (r) => r.checkpoints.pop(),
      'checkpoints: expected the last of them after epoch 4',
    ],
    [
      'a checkpoint twice',
      (r) => {
        r.checkpoints[2]!.epoch = 1;
      },
      'checkpoints.2.epoch: expected ascending',
    ],
    [
      'a checkpoint of fewer weights',
      (r) => r.checkpoints[1]!.weight.pop(),
      'checkpoints.1.weight: expected 144',
    ],
    ['bins of an epoch cut off', (r) => r.logits.counts[1]!.pop(), 'logits.counts.1: expected 64'],
    ['fewer epochs of logits', (r) => r.logits.counts.pop(), 'logits.counts: expected 4'],
    ['fewer predictions', (r) => r.test.predictions.pop(), 'test.predictions: expected 430'],
    [
      'another number of test images',
      (r) => {
        r.data.testCount = 3;
      },
      'test.count: expected 3',
    ],
    [
      'an image that is read as neither digit',
      (r) => {
        r.test.confusion[1][0]--;
      },
      'test.confusion: expected 430 images (test.count), got 429',
    ],
    [
      'an accuracy that its confusion does not have',
      (r) => {
        r.test.accuracy = 0.99;
      },
      'test.accuracy: expected 422 of 430, as in test.confusion, got 0.99',
    ],
    [
      'no accuracy',
      (r) => {
        r.test.accuracy = null;
      },
      'test.accuracy: expected 422 of 430, as in test.confusion, got null',
    ],
    [
      'fewer indices',
      (r) => r.data.indices.pop(),
      'data.indices: expected 200 entries (data.trainCount), got 199',
    ],
  ])('is refused with %s', (_what, change, mistake) => {
    expect(mistakeIn(trainSchema, changed(right, change))).toContain(mistake);
  });

  it('of a run may have no images; those it has are as many as it says', () => {
    expect(
      mistakeIn(
        trainSchema,
        changed(right, (r) => {
          r.images = null;
        }),
      ),
    ).toBeUndefined();
    const fewer = (of: 'train' | 'test') =>
      changed(right, (r) => {
        const images = r.images![of];
        images.count--;
        images.labels.pop();
        images.indices.pop();
        images.pixels = Buffer.from(images.pixels, 'base64')
          .subarray(0, 256 * images.count)
          .toString('base64');
      });
    expect(mistakeIn(trainSchema, fewer('train'))).toBe(
      'images.train: expected 200 images (data.trainCount)',
    );
    expect(mistakeIn(trainSchema, fewer('test'))).toBe('images.test: expected 430 images (test.count)');
  });

  it('of a run that died or stalled says so of an epoch that it had', () => {
    for (const name of ['deadReluSince', 'stalledSince'] as const)
      expect(
        mistakeIn(
          trainSchema,
          changed(right, (r) => {
            r.diagnosis[name] = 4;
          }),
        ),
      ).toBeUndefined();
  });

  it('of a run that ended early may be shorter, but not longer', () => {
    const partial = { reason: 'interrupted', epoch: 4, sample: 0, message: 'stopped' } as const;
    const short = changed(right, (r) => {
      r.partial = partial;
      r.config.epochs = 9;
    });
    expect(mistakeIn(trainSchema, short)).toBeUndefined();
    short.config.epochs = 3;
    expect(mistakeIn(trainSchema, short)).toContain('losses: expected at most 3 entries');
  });
});

describe('compare.json', () => {
  const right = compareResult({ epochs: 3 });

  it.each<[string, (result: typeof right) => void, string]>([
    [
      'no pairs',
      (r) => {
        r.pairs.length = 0;
      },
      'pairs: expected pairs',
    ],
    ['fewer epochs', (r) => r.perEpoch.pop(), 'perEpoch: expected 3 entries'],
    [
      'an epoch twice',
      (r) => {
        r.perEpochFloat64[2]!.epoch = 2;
      },
      'perEpochFloat64.2.epoch: expected 3',
    ],
    ['fewer indices', (r) => r.data.indices.pop(), 'data.indices: expected 200'],
  ])('is refused with %s', (_what, change, mistake) => {
    expect(mistakeIn(compareSchema, changed(right, change))).toContain(mistake);
  });

  it('is right as it is, and with a single pair', () => {
    expect(mistakeIn(compareSchema, right)).toBeUndefined();
    expect(
      mistakeIn(
        compareSchema,
        changed(right, (r) => r.pairs.splice(1)),
      ),
    ).toBeUndefined();
  });
});

describe('compare.json of a run that was stopped', () => {
  const right = compareResult({ epochs: 3 });
  const stopped = (epochs: number) =>
    mistakeIn(
      compareSchema,
      changed(right, (r) => {
        r.partial = { reason: 'interrupted', epoch: 3, sample: 1, message: '' };
        r.config.epochs = epochs;
      }),
    );

  it('has as many epochs as it came to, and no more than it was to have', () => {
    expect([stopped(3), stopped(9)]).toEqual([undefined, undefined]);
    expect(stopped(2)).toBe('perEpoch: expected at most 2 entries (config.epochs), got 3');
  });
});

describe('sweep.json', () => {
  let right: SweepResult;
  beforeAll(async () => {
    const plan = planWith({
      seeds: '0-1',
      pairs: [{ positive: 1, negative: 8 }],
      learningRates: [0.1, 0.2],
      perClass: 2,
      epochs: 1,
    });
    right = await sweepOf(plan);
  });

  it.each<[string, (result: SweepResult) => void, string]>([
    [
      'no pairs',
      (r) => {
        r.config.pairs.length = 0;
      },
      'config.pairs: Too small',
    ],
    [
      'a pair that is not there',
      (r) => {
        r.runs.pair[1] = 7;
      },
      'runs.pair.1: expected a place in config.pairs, below 1, got 7',
    ],
    [
      'a group of a pair that is not there',
      (r) => {
        r.summary.groups[0]!.pair = 2;
      },
      'summary.groups.0.pair: expected a place',
    ],
    ['fewer groups', (r) => r.summary.groups.pop(), 'summary.groups: expected 2 entries'],
    ['data of fewer pairs', (r) => r.data.pairs.pop(), 'data.pairs: expected 1'],
    ['fewer times', (r) => r.timing.milliseconds.pop(), 'timing.milliseconds: expected 4'],
    ['columns of different lengths', (r) => r.runs.seed.pop(), 'runs: columns are of different lengths'],
    [
      'a loss of 1e308',
      (r) => {
        r.runs.lastLoss[0] = 1e308;
      },
      'runs.lastLoss.0: Too big',
    ],
    [
      'other runs in its summary',
      (r) => {
        r.summary.runs = 5;
      },
      'summary.runs: expected 4, the runs',
    ],
  ])('is refused with %s', (_what, change, mistake) => {
    expect(sweepSchema.safeParse(right).success).toBe(true);
    expect(mistakeIn(sweepSchema, changed(right, change))).toContain(mistake);
  });

  it('of a sweep that was stopped counts its runs, and at least as many in all', () => {
    const stopped = (done: number, total: number) =>
      mistakeIn(
        sweepSchema,
        changed(right, (r) => {
          r.partial = { reason: 'interrupted', done, total, message: '' };
        }),
      );
    expect([stopped(4, 4), stopped(4, 9)]).toEqual([undefined, undefined]);
    expect(stopped(3, 9)).toBe('partial.done: expected 4, the runs');
    expect(stopped(4, 3)).toBe('partial.total: expected at least 4, the runs');
  });
});

describe('readResult', () => {
  const folder = temporaryFolder();
  it('says the place and what was expected in one line, and does not mind a byte order mark', async () => {
    const path = join(folder, 'train.json');
    const right = trainResult({ epochs: 2 });
    const read = () => readResult(path, trainSchema, 'backproof/train/1');
    writeFileSync(path, JSON.stringify(changed(right, (r) => r.kernelHistory.pop())));
    expect(await failureOf(read())).toMatchObject({
      exitCode: 2,
      message: `${path}: expected backproof/train/1, got a mistake at kernelHistory: expected 3 entries (one more than losses), got 2; make it anew with backproof run`,
    });
    writeFileSync(path, `\uFEFF${JSON.stringify(right)}`);
    expect(await read()).toEqual(JSON.parse(JSON.stringify(right)));
    const deep = 20_000;
    writeFileSync(path, `{"schema": "backproof/train/1", "config": ${'['.repeat(deep)}${']'.repeat(deep)}}`);
    expect((await failureOf(read())).message).toContain('got a mistake at config: ');
  });
});
