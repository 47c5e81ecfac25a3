import { describe, expect, it } from '@jest/globals';
import {
  commandLine,
  commandOf,
  defaultConfig,
  flagOf,
  requireLossOfEngine,
} from '../../src/results/commandLine.ts';

it("the defaults are the notebook's", () => {
  expect(defaultConfig).toEqual({
    ...{ data: 'auto', positive: 1, negative: 8, perClass: 100, seed: 1, epochs: 80 },
    ...{ learningRate: 0.1, kernelSize: 5, engine: 'manual', loss: 'logits', backend: 'auto' },
  });
});

describe('a command that repeats a run', () => {
  it.each([
    ['epochs', '--epochs'],
    ['perClass', '--per-class'],
    ['learningRate', '--learning-rate'],
  ])('%s is the flag %s', (name, flag) => expect(flagOf(name)).toBe(flag));

  it('has what is not the default, in one order, then more', () => {
    const config = { ...defaultConfig, perClass: 7, positive: 0, data: "my digits/it's" };
    expect(commandOf('train', config, [['out', 'a']])).toBe(
      `backproof train --data 'my digits/it'\\''s' --positive 0 --per-class 7 --out a`,
    );
    expect(commandOf('compare', defaultConfig)).toBe('backproof compare');
    expect(commandLine('sweep', [['learningRates', '0.1,1']])).toBe('backproof sweep --learning-rates 0.1,1');
  });
});

describe('the logged loss', () => {
  it.each(['manual', 'reference', 'fused'] as const)('is not that of the gradient of %s', (engine) => {
    expect(() => requireLossOfEngine({ loss: 'logged', engine })).toThrow(
      `--loss logged: expected --engine autodiff with it, got ${engine}`,
    );
    expect(() => requireLossOfEngine({ loss: 'logits', engine })).not.toThrow();
  });

  it('is differentiated by autodiff', () => {
    for (const loss of ['logged', 'logits'] as const)
      expect(() => requireLossOfEngine({ loss, engine: 'autodiff' })).not.toThrow();
  });
});
