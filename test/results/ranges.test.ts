import { describe, expect, it } from '@jest/globals';
import type { z } from 'zod';
import { defaultConfig } from '../../src/results/commandLine.ts';
import { configSchema, lossSchema, partialSchema, shareSchema } from '../../src/results/shared.ts';
import { sweepConfigSchema } from '../../src/results/sweep.ts';
import { trainSchema } from '../../src/results/train.ts';

// The ends of every range: what is still taken, and what is not.

const takes = (schema: z.ZodType, value: unknown) => schema.safeParse(value).success;

describe('a configuration', () => {
  it.each<[string, unknown[], unknown[]]>([
    ['seed', [0, 2 ** 32 - 1], [-1, 2 ** 32, 0.5]],
    ['positive', [0, 9], [-1, 10]],
    ['negative', [0, 9], [-1, 10]],
    ['perClass', [1], [0, 1.5]],
    ['epochs', [1], [0, 1.5]],
    ['learningRate', [Number.MIN_VALUE], [0, -0.1, Number.POSITIVE_INFINITY]],
    ['kernelSize', [1, 3, 15], [0, -1, 2, 14, 16, 17]],
    ['loss', ['logits', 'logged'], ['mse']],
    ['backend', ['auto', 'cpu'], ['none']],
  ])('%s: from %j, not %j', (name, inside, outside) => {
    for (const value of inside)
      expect([value, takes(configSchema, { ...defaultConfig, [name]: value })]).toEqual([value, true]);
    for (const value of outside)
      expect([value, takes(configSchema, { ...defaultConfig, [name]: value })]).toEqual([value, false]);
  });

  it('of a sweep: every list has an entry, and each its range', () => {
    const config = {
      ...{
        seeds: '0-9',
        pairs: [{ positive: 0, negative: 9 }],
        learningRates: [0.1],
        perClass: 1,
        epochs: 1,
      },
      ...{ kernelSize: 15, engine: 'fused', data: 'auto' },
    };
    expect(takes(sweepConfigSchema, config)).toBe(true);
    for (const wrong of [
      ...[{ pairs: [] }, { learningRates: [] }, { learningRates: [0] }, { perClass: 0 }, { epochs: 0 }],
      ...[{ kernelSize: 16 }, { kernelSize: 0 }, { engine: 'manual' }],
      ...[{ pairs: [{ positive: -1, negative: 9 }] }, { pairs: [{ positive: 0, negative: 10 }] }],
    ])
      expect([wrong, takes(sweepConfigSchema, { ...config, ...wrong })]).toEqual([wrong, false]);
  });
});

it.each<[string, z.ZodType, unknown[], unknown[]]>([
  ['a share', shareSchema, [0, 1], [-1e-9, 1 + 1e-9]],
  // -log(1 + 1e-7) and -log(1e-7): -1e-7 and 16.2.
  ['a loss', lossSchema, [-0.9e-6, 16.9], [-1.1e-6, 17.1]],
  ['the first bin of logits', trainSchema.shape.logits.shape.from, [-1000, 0], [-1001, 1e-9]],
  ['the width of a bin', trainSchema.shape.logits.shape.width, [0.01, 100], [0.009, 101]],
])('%s', (_name, schema, inside, outside) => {
  expect(inside.map((value) => takes(schema, value))).toEqual(inside.map(() => true));
  expect(outside.map((value) => takes(schema, value))).toEqual(outside.map(() => false));
});

it('a run stops at an epoch and a sample, or not at all', () => {
  const partial = { reason: 'interrupted', epoch: 1, sample: 0, message: '' };
  expect([null, partial, { ...partial, sample: -1 }].map((value) => takes(partialSchema, value))).toEqual([
    ...[true, true, false],
  ]);
});
