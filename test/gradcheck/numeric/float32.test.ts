import { afterEach, describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { gradcheck } from '../../../src/gradcheck/gradcheck.ts';
import type { GradcheckSpec, Tensor, TF } from '../../../src/gradcheck/types.ts';
import { inputsFrom, network, rightSpecs } from '../specs.ts';

tf.enableProdMode();
await tf.setBackend('cpu');

type KernelFunc = tf.KernelConfig['kernelFunc'];
const replaced: [string, KernelFunc][] = [];

/** Installs a wrong kernel in the float32 backend until the test ends. */
function plant(kernelName: string, wrong: (original: KernelFunc) => KernelFunc): void {
  const config = tf.getKernel(kernelName, 'cpu');
  replaced.push([kernelName, config.kernelFunc]);
  config.kernelFunc = wrong(config.kernelFunc);
}

afterEach(() => {
  for (const [kernelName, original] of replaced.splice(0))
    tf.getKernel(kernelName, 'cpu').kernelFunc = original;
});

/** Changes the first value of a kernel's output. */
const nudged =
  (change: (x: number) => number) =>
  (original: KernelFunc): KernelFunc =>
  (call) => {
    const info = original(call) as tf.TensorInfo;
    const values = (call.backend as tf.KernelBackend).readSync(info.dataId) as Float32Array;
    values[0] = change(values[0]!);
    return info;
  };

const options = { precision: 'float32', tf } as const;

describe("precision float32: the user's backend against double precision", () => {
  for (const [name, spec] of Object.entries(rightSpecs)) {
    it(`${name}: no false alarm`, async () => {
      for (let seed = 0; seed < 5; seed++) {
        const { status, message, inputs } = await gradcheck({ ...spec(seed), name }, { ...options, seed });
        expect(status === 'pass' ? status : message).toBe('pass');
        for (const { maxUlps } of Object.values(inputs)) expect(maxUlps).not.toBeNull();
      }
    });
  }

  it('the network: within rounding', async () => {
    for (let seed = 0; seed < 5; seed++) {
      const result = await gradcheck(network(seed), { ...options, seed });
      expect(result.status === 'pass' ? result.status : result.message).toBe('pass');
      expect(result).toMatchObject({ precision: 'float32', order: 1, oddOneOut: null, stage: null });
      expect(result.stages).toContainEqual({ stage: 'numbers', status: 'pass', detail: null, side: null });
    }
  });

  it('a wrong gradient kernel of the backend shows, with ULPs, and the code is ruled out', async () => {
    plant(
      'Conv2DBackpropFilter',
      nudged((x) => x * 1.001),
    );
    const result = await gradcheck(network(1), options);
    expect(result).toMatchObject({ status: 'fail', stage: 'numbers', oddOneOut: 'tf autodiff' });
    expect(result.inputs.kernel).toMatchObject({ wrong: 1, worst: { index: [0, 0, 0, 0] } });
    expect(result.inputs.kernel!.worst!.ulps).toBeGreaterThan(1000);
    expect(result.message).toMatch(/ULPs/);
    expect(result.message).toContain('Ruled out: the code itself');
    expect(result.message).toContain("Reproduce: gradcheck(spec, { precision: 'float32', tf, seed: 1 })");
  });

  it('a wrong forward kernel of the backend shows in the forward', async () => {
    plant(
      'Sigmoid',
      nudged((x) => x + 0.01),
    );
    const spec: GradcheckSpec = {
      inputs: { x: inputsFrom(3).signed(4) },
      forward: (t, { x }) => t.sigmoid(x!),
    };
    const result = await gradcheck(spec, options);
    expect(result).toMatchObject({ status: 'fail', stage: 'forward', wrongOutput: { index: [0] } });
    const { yours, numeric } = result.wrongOutput!;
    expect(yours! - numeric!).toBeCloseTo(0.01, 6);
    expect(result.message).toMatch(/output\[0\] on backend cpu is .*, in double precision/);
  });

  it('a backward that throws on the backend only: the side is not compared, and not passed', async () => {
    const spec: GradcheckSpec = {
      inputs: { x: [0.5, 2] },
      forward: (on, { x }) => on.square(x!),
      backward: (on, { x }, dy) => {
        if ((on as unknown) === tf) throw new Error('not on this one');
        return { x: on.mul(dy, on.mul(2, x!)) };
      },
    };
    const { message, ...result } = await gradcheck(spec, options);
    expect(result).toMatchObject({ status: 'fail', stage: 'names', oddOneOut: 'yours' });
    expect(message).toContain('not on this one');
  });

  it.each(['kernel', 'gradient'] as const)(
    'a %s that only the backend lacks: unsupported',
    async (missing) => {
      const [kernel, gradient] = [tf.getKernel('Erf', 'cpu'), tf.getGradient('Erf')];
      if (missing === 'kernel') tf.unregisterKernel('Erf', 'cpu');
      else tf.unregisterGradient('Erf');
      try {
        const spec: GradcheckSpec = { inputs: { x: [0.5, 2] }, forward: (on, { x }) => on.erf(x!) };
        const result = await gradcheck(spec, options);
        expect(result).toMatchObject({ status: 'unsupported', unsupported: { kernel: 'Erf', missing } });
        expect(result.stages.find(({ stage }) => stage === 'numbers')!.status).toBe('not run');
      } finally {
        if (missing === 'kernel') tf.registerKernel(kernel);
        else tf.registerGradient(gradient);
      }
    },
  );

  it('what rounding hides in one input decides nothing, and the sides that are compared are named', async () => {
    const spec = (large: number): GradcheckSpec => ({
      inputs: { a: [0.5, 2], b: [0.25, 1.5] },
      forward: (on, { a, b }) => on.square(on.add(a!, b!)),
      backward: (on, { a, b }, dy) => {
        const slope = on.mul(dy, on.mul(2, on.add(a!, b!)));
        return { a: slope, b: on.sub(on.add(slope, large), large) };
      },
    });
    const hidden = await gradcheck(spec(2 ** 27), options);
    expect(hidden).toMatchObject({
      ...{ status: 'inconclusive', inputs: { a: { status: 'pass' }, b: { status: 'inconclusive' } } },
    });
    const seen = await gradcheck(spec(0), options);
    expect([seen.status, seen.message.includes('yours, tf autodiff, numeric agree')]).toEqual(['pass', true]);
    const { backward: _, ...alone } = spec(0);
    const { message, stages } = await gradcheck(alone, options);
    expect(stages).toContainEqual({ stage: 'numbers', status: 'pass', detail: null, side: null });
    expect([message.includes('yours'), message.includes('tf autodiff, numeric agree')]).toEqual([
      false,
      true,
    ]);
  });

  it('waits for the backend', async () => {
    let isReady = false;
    const late = {
      ...tf,
      ready: async () => {
        isReady = true;
      },
    };
    const spec: GradcheckSpec = {
      inputs: { x: [0.5, 2] },
      forward: (on, { x }) => {
        if (!isReady) throw new Error('no backend yet');
        return on.square(x!);
      },
    };
    expect(await gradcheck(spec, { ...options, tf: late })).toMatchObject({ status: 'pass' });
  });

  it.each([
    ['forward', 'forward', /^the forward is not finite: Infinity at output \[0\]$/],
    ['backward', 'finite', /^the gradient of x is -?Infinity at \[0\]$/],
  ] as const)('a %s that overflows in single precision fails there', async (where, stage, detail) => {
    const large = (on: TF, x: Tensor) => on.mul(on.mul(x, 1e30), 1e30);
    const spec: GradcheckSpec = {
      inputs: { x: [2] },
      forward: (on, { x }) => (where === 'forward' ? large(on, x!) : on.mul(x!, 1)),
      backward: (on, _, dy) => {
        const dx = large(on, dy);
        return { x: where === 'forward' ? dx : on.div(on.div(dx, 1e30), 1e30) };
      },
    };
    const result = await gradcheck(spec, options);
    expect(result).toMatchObject({ status: 'fail', stage });
    expect(result.stages.find((each) => each.stage === stage)!.detail).toMatch(detail);
  });

  it('both sides start from inputs that are rounded to single precision', async () => {
    // 1e-10 above 1/8 is lost in single precision.
    const spec: GradcheckSpec = {
      inputs: { x: [0.125 + 1e-10] },
      forward: (on, { x }) => on.sub(x!, 0.125),
    };
    expect(await gradcheck(spec, options)).toMatchObject({ status: 'pass' });
  });

  it('a forward that is not finite in double precision fails there', async () => {
    const infinite: GradcheckSpec = { inputs: { x: [0.5, 0] }, forward: (on, { x }) => on.div(1, x!) };
    const { status, stages } = await gradcheck(infinite, options);
    const detail = 'the forward is not finite: Infinity at output [1]';
    expect([status, stages[0]]).toEqual(['fail', { stage: 'forward', status: 'fail', detail, side: null }]);
  });

  it('code that is wrong already in double precision is said to be so', async () => {
    const half = network(1, (right, t) => ({ ...right, kernel: t.mul(right.kernel!, 0.5) }));
    const result = await gradcheck(half, options);
    expect(result).toMatchObject({ status: 'fail', stage: 'numbers', oddOneOut: 'yours' });
    expect(result.looksLike).toContain('a factor 2 is missing');
  });

  it('a branch that rounding flips is no failure', async () => {
    // 0.1 + 0.2 - 0.3 is 5.6e-17 in double precision and -0 or 1e-8 in single, so relu may take either branch.
    const spec: GradcheckSpec = {
      inputs: { a: [0.1, 0.7], b: [0.2, 0.1] },
      forward: (t, { a, b }) => t.relu(t.sub(t.add(a!, b!), [0.3, 0.8])),
    };
    const result = await gradcheck(spec, options);
    expect(result.status === 'pass' ? result.status : result.message).toBe('pass');
  });
});
