import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import * as float64 from 'backproof/float64';
import '../../../src/gradcheck/jest/index.ts';
import type { GradcheckSpec } from '../../../src/gradcheck/index.ts';
import { gradcheckMatchers } from '../../../src/gradcheck/jest/matcher.ts';
import { registerGlobally, registerWith } from '../../../src/gradcheck/jest/register.ts';

const right: GradcheckSpec<'x'> = {
  name: 'sine',
  inputs: { x: [0.5, -1.5] },
  forward: (tf, { x }) => tf.sin(x),
  backward: (tf, { x }, dy) => ({ x: tf.mul(dy, tf.cos(x)) }),
};
const wrong: GradcheckSpec<'x'> = {
  ...right,
  backward: (tf, { x }, dy) => ({ x: tf.mul(dy, tf.mul(-1, tf.cos(x))) }),
};
const unsupported: GradcheckSpec<'x'> = { inputs: right.inputs, forward: (tf, { x }) => tf.topk(x).values };
const kink: GradcheckSpec<'x'> = { inputs: { x: [0] }, forward: (tf, { x }) => tf.relu(x) };

describe('toPassGradcheck', () => {
  it('holds for gradients that are right', () => expect(right).toPassGradcheck());
  it('takes options', () => expect(right).toPassGradcheck({ mode: 'sampled', seed: 7 }));
  it('does not hold, with .not, for gradients that are wrong', () => expect(wrong).not.toPassGradcheck());

  it('says what the checker says', async () => {
    const message = await messageOf(expect(wrong).toPassGradcheck({ seed: 7, mode: 'sampled' }));
    expect(message).toMatch(
      /^Gradient check FAILED: sine: x \[2\], 2 of 2 elements wrong\nOdd one out: YOUR backward/,
    );
    expect(message).toContain("Reproduce: await expect(spec).toPassGradcheck({ seed: 7, mode: 'sampled' })");
  });

  it('says how to repeat it, with every option', async () => {
    const options = { samples: 2, rtol: 1e-7, atol: 1e-9, kinks: 'skip', order: 2, tf: float64 } as const;
    const message = await messageOf(expect(wrong).toPassGradcheck({ ...options, onProgress: () => {} }));
    expect(message).toContain(
      "Reproduce: await expect(spec).toPassGradcheck({ seed: 1, samples: 2, rtol: 1e-7, atol: 1e-9, kinks: 'skip', order: 2, tf })",
    );
    const withCommand = { ...options, reproduce: 'npm test -- -t sine' };
    expect(await messageOf(expect(wrong).toPassGradcheck(withCommand))).toContain(
      'Reproduce: npm test -- -t sine',
    );
  });

  it('says of .not that the gradients are right', async () => {
    const message = await messageOf(expect(right).not.toPassGradcheck());
    expect(message).toMatch(/^expected the gradient check to fail, but:\nGradient check passed: sine/);
  });

  it.each([
    ['unsupported', unsupported, {}],
    ['inconclusive', kink, { kinks: 'skip' }],
  ] as const)('holds neither with .not nor without for what is %s', async (status, spec, options) => {
    const head = new RegExp(`^Gradient check ${status.toUpperCase()}: `);
    expect(await messageOf(expect(spec).toPassGradcheck(options))).toMatch(head);
    const message = await messageOf(expect(spec).not.toPassGradcheck(options));
    expect(message).toMatch(head);
    expect(message).toMatch(/\nNeither right nor wrong could be shown, so \.not does not hold either$/);
  });

  it('refuses what is no spec, with .not as well', async () => {
    const line = 'spec: expected { inputs, forward, backward? }, got number 5';
    expect(await messageOf(expect(5).toPassGradcheck())).toBe(line);
    expect(await messageOf(expect(5).not.toPassGradcheck())).toBe(line);
  });

  it('takes typed arrays of another realm', async () => {
    const x = runInNewContext('new Float32Array([0.5, -1.5])') as Float32Array;
    expect(x instanceof Float32Array).toBe(false);
    await expect({ ...right, inputs: { x } }).toPassGradcheck();
    await expect({ ...right, inputs: { x: { values: x, shape: [2, 1] } } }).toPassGradcheck();
  });
});

describe('where there is no global expect', () => {
  const RUNNERS = ['JEST_WORKER_ID', 'VITEST'] as const;
  /** The registered names that remain with another expect and in another runner. */
  const registered = (given: unknown, runner: (typeof RUNNERS)[number] | null): string | null => {
    const { expect: own } = globalThis as { expect?: unknown };
    const before = RUNNERS.map((name) => process.env[name]);
    for (const name of RUNNERS) delete process.env[name];
    if (runner !== null) process.env[runner] = '1';
    Object.assign(globalThis, { expect: given });
    try {
      return registerGlobally();
    } finally {
      Object.assign(globalThis, { expect: own });
      for (const [at, name] of RUNNERS.entries())
        if (before[at] === undefined) delete process.env[name];
        else process.env[name] = before[at];
    }
  };

  it.each([
    ['JEST_WORKER_ID', '@jest/globals'],
    ['VITEST', 'vitest'],
    [null, null],
  ] as const)('%s has its own in %s', (runner, module) => {
    expect(registered(undefined, runner)).toBe(module);
    // Another library's.
    expect(registered({ extend: 'no function' }, runner)).toBe(module);
  });

  it('else registers with that one', () => {
    const matchers: unknown[] = [];
    expect(registered({ extend: (each: unknown) => matchers.push(each) }, 'VITEST')).toBeNull();
    expect(matchers).toEqual([gradcheckMatchers]);
    expect(() => registerWith({ expect: {} })).not.toThrow();
  });
});

/** The message of a failed assertion. */
const messageOf = (assertion: Promise<void>): Promise<string> =>
  assertion.then(
    () => 'it held',
    (error: Error) => error.message,
  );
