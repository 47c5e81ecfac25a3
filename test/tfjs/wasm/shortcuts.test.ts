import { describe, expect, it } from '@jest/globals';
import { getKernel, type KernelFunc, type TensorInfo } from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import type { WasmBackend } from '../../../src/tfjs/wasm/backend.ts';
import { elementwise } from '../../../src/tfjs/wasm/elementwise.ts';
import { kernelsIn } from '../../../src/tfjs/wasm/instance.ts';
import { SHORTCUT_SIZE, type Shortcut, withShortcut } from '../../../src/tfjs/wasm/shortcut.ts';
import { shortcuts } from '../../../src/tfjs/wasm/shortcuts.ts';
import { held, product, start, type Values, waves } from '../../support/kernels.ts';

const kernelNames = ['Add', 'Sub', 'Multiply', 'BatchMatMul', 'Conv2D'] as const;
type Name = (typeof kernelNames)[number];
// Read before the shortcuts are registered, which `start` does.
const shipped = Object.fromEntries(
  kernelNames.map((name) => [name, getKernel(name, 'wasm').kernelFunc]),
) as Record<Name, KernelFunc>;
const tf = await start('wasm');
const backend = tf.backend() as unknown as WasmBackend;
const registered = (name: Name): KernelFunc => getKernel(name, 'wasm').kernelFunc;

type Inputs = Record<string, Values | (Omit<Values, 'dtype'> & { dtype: 'bool' })>;

/** The bits of a kernel's output, with all NaNs equal. */
function bits(kernel: KernelFunc, inputs: Inputs, attrs: object = {}): object {
  return withTensors(inputs, (tensors) => {
    const out = kernel({ inputs: tensors, attrs: attrs as never, backend }) as TensorInfo;
    const values = backend.readSync(out.dataId) as Float32Array;
    backend.disposeData(out.dataId);
    return {
      shape: [...out.shape],
      dtype: out.dtype,
      values: Array.from(values, (value) => (Object.is(value, -0) ? '-0' : String(value))),
    };
  });
}

/** Whether the shortcut takes the inputs. */
const taken = (name: Name, inputs: Inputs, attrs: object = {}): boolean =>
  withTensors(inputs, (tensors) => {
    const out = shortcuts[name]!(tensors, attrs, backend, kernelsIn(backend.wasm));
    if (out) backend.disposeData(out.dataId);
    return out !== null;
  });

function withTensors<T>(inputs: Inputs, use: (tensors: Record<string, TensorInfo>) => T): T {
  const tensors = Object.fromEntries(
    Object.entries(inputs).map(([key, { values, shape, dtype }]) => [
      key,
      tf.tensor(values, shape, dtype ?? 'float32'),
    ]),
  );
  try {
    return use(tensors);
  } finally {
    tf.dispose(tensors);
  }
}

/** The special values of single precision, and ordinary numbers. */
const special = [Number.NaN, Infinity, -Infinity, 0, -0, 1, -1.5, 3e38, -3e38, 1e-45, 1e-38];
const pairs = product({ a: special, b: special });
const column = (values: number[]): Values => ({ shape: [values.length, 1], values });
const row = (values: number[]): Values => ({ shape: [1, values.length], values });

describe.each(['Add', 'Sub', 'Multiply'] as const)('the shortcut of %s', (name) => {
  const agrees = (inputs: Inputs): void =>
    expect(bits(registered(name), inputs)).toEqual(bits(shipped[name], inputs));

  it.each([
    [[5], [5]],
    [
      [3, 4],
      [3, 4],
    ],
    [
      [2, 3, 5, 7],
      [2, 3, 5, 7],
    ],
    [[], []],
    [[7], []],
    [[], [7]],
    [[1], [7]],
    [
      [144, 1],
      [1, 1],
    ],
    [[1], [2, 8]],
    [
      [1, 1],
      [1, 1],
    ],
    [[SHORTCUT_SIZE], [SHORTCUT_SIZE]],
  ])('takes %j with %j and has every bit of the shipped kernel', (a, b) => {
    const inputs = { a: waves(a), b: waves(b, 0.5) };
    expect(taken(name, inputs)).toBe(true);
    agrees(inputs);
  });

  it('is the same for NaN, infinities, zeros of both signs and the smallest numbers', () => {
    const a = { shape: [pairs.length], values: pairs.map((pair) => pair.a) };
    agrees({ a, b: { shape: [pairs.length], values: pairs.map((pair) => pair.b) } });
    for (const value of special) {
      agrees({ a, b: { shape: [], values: [value] } });
      agrees({ a: { shape: [1], values: [value] }, b: a });
    }
  });

  it.each([
    [[3, 4], [4]],
    [
      [3, 1],
      [1, 4],
    ],
    [
      [3, 4],
      [3, 1],
    ],
    [[5], [1, 1]],
    [[1, 1, 1], [4]],
    [[SHORTCUT_SIZE + 1], [SHORTCUT_SIZE + 1]],
    [[SHORTCUT_SIZE + 1], []],
  ])('leaves %j with %j to the shipped kernel', (a, b) => {
    const inputs = { a: waves(a), b: waves(b, 0.5) };
    expect(taken(name, inputs)).toBe(false);
    agrees(inputs);
  });

  it('leaves tensors without elements and other types to the shipped kernel', () => {
    const empty = { shape: [0, 3], values: [] };
    const whole: Values = { shape: [3], values: [7, -8, 2 ** 30], dtype: 'int32' };
    for (const inputs of [
      { a: empty, b: empty },
      { a: empty, b: { shape: [1, 1], values: [2] } },
      { a: { shape: [1, 1], values: [2] }, b: empty },
      { a: whole, b: whole },
      { a: whole, b: { ...whole, shape: [], values: [3] } },
    ]) {
      expect(taken(name, inputs)).toBe(false);
      agrees(inputs);
    }
    const truth = (values: number[]) => ({ shape: [2], values, dtype: 'bool' as const });
    expect(taken(name, { a: truth([1, 0]), b: truth([1, 1]) })).toBe(false);
  });
});

describe('the shortcut of BatchMatMul', () => {
  const transposed = ({ shape, values }: Values): Values => ({
    shape: [...shape.slice(0, -2), shape.at(-1)!, shape.at(-2)!],
    values,
  });
  /** Every way to write the same product of two vectors. */
  const ways = (a: Values, b: Values) =>
    product({ transposeA: [false, true], transposeB: [false, true] }).map((attrs) => ({
      attrs,
      inputs: { a: attrs.transposeA ? transposed(a) : a, b: attrs.transposeB ? transposed(b) : b },
    }));
  const agrees = (inputs: Inputs, attrs: object): void =>
    expect(bits(registered('BatchMatMul'), inputs, attrs)).toEqual(bits(shipped.BatchMatMul, inputs, attrs));

  it.each([
    [[1, 1], [1, 1], 4],
    [[144, 1], [1, 1], 4],
    [[1, 1], [1, 144], 4],
    [[5, 1], [1, 7], 4],
    [[1, 4, 1], [1, 1, 9], 4],
    [[2, 1], [1, SHORTCUT_SIZE / 2], 4],
    // A dot product. For two transposed vectors the shipped kernel sums in another order.
    [[1, 144], [144, 1], 1],
    [[1, SHORTCUT_SIZE], [SHORTCUT_SIZE, 1], 1],
    [[1, 1, 3], [1, 3, 1], 1],
  ])('takes %j times %j and has every bit of the shipped kernel', (a, b, ways_) => {
    const all = ways(waves(a), waves(b, 0.5));
    for (const { inputs, attrs } of all) agrees(inputs, attrs);
    expect(all.filter(({ inputs, attrs }) => taken('BatchMatMul', inputs, attrs))).toHaveLength(ways_);
  });

  it('is the same for NaN, infinities, zeros of both signs and the smallest numbers', () => {
    for (const { inputs, attrs } of ways(column(special), row(special))) agrees(inputs, attrs);
    const attrs = { transposeA: false, transposeB: false };
    for (const { a, b } of pairs) agrees({ a: row([a, 1]), b: column([b, -1]) }, attrs);
  });

  it.each([
    [
      [2, 3],
      [3, 2],
    ],
    [
      [1, 3],
      [3, 2],
    ],
    [
      [2, 4, 1],
      [2, 1, 4],
    ],
    [
      [2, 4, 1],
      [1, 1, 4],
    ],
    [
      [3, 1],
      [1, SHORTCUT_SIZE / 2],
    ],
    [
      [1, SHORTCUT_SIZE + 1],
      [SHORTCUT_SIZE + 1, 1],
    ],
    [
      [1, 2, 1],
      [1, 2],
    ],
  ])('leaves %j times %j to the shipped kernel', (a, b) => {
    const inputs = { a: waves(a), b: waves(b, 0.5) };
    const attrs = { transposeA: false, transposeB: false };
    expect(taken('BatchMatMul', inputs, attrs)).toBe(false);
    agrees(inputs, attrs);
  });

  it('leaves other types to the shipped kernel', () => {
    const attrs = { transposeA: false, transposeB: false };
    const ones: Values = { shape: [1, 1], values: [1], dtype: 'int32' };
    expect(taken('BatchMatMul', { a: ones, b: row([1, 2]) }, attrs)).toBe(false);
    expect(taken('BatchMatMul', { a: column([1, 2]), b: ones }, attrs)).toBe(false);
  });

  it.each([[[2, 1], [1, 0]], [[0, 1], [1, 2]], [[1, 0], [0, 1]]])('leaves %j times %j, of no products, to the shipped kernel', (a, b) => {
    const attrs = { transposeA: false, transposeB: false };
    expect(taken('BatchMatMul', { a: waves(a), b: waves(b) }, attrs)).toBe(false);
  }); // biome-ignore format: a table

  it('leaves sides that do not fit to the shipped kernel and its error', () => {
    const inputs = { a: waves([1, 3]), b: waves([4, 1]) };
    const attrs = { transposeA: false, transposeB: false };
    expect(() => bits(registered('BatchMatMul'), inputs, attrs)).toThrow('inner shapes');
  });
});

describe('the shortcut of Conv2D', () => {
  const valid = { strides: 1, pad: 'valid', dataFormat: 'NHWC', dilations: 1 };
  const agrees = (inputs: Inputs, attrs: object): void =>
    expect(bits(registered('Conv2D'), inputs, attrs)).toEqual(bits(shipped.Conv2D, inputs, attrs));

  const filters = product({ rows: [1, 2, 3, 4, 5, 7, 9], columns: [1, 2, 3, 4, 5, 8, 11] });
  it.each(filters)(
    'takes a filter of $rows by $columns and has every bit of the shipped kernel',
    ({ rows, columns }) => {
      for (const [batch, height, width] of [
        [1, 16, 16],
        [2, 12, 14],
        [1, 13, 19],
      ]) {
        const x = waves([batch!, height!, width!, 1]);
        const inputs = { x, filter: waves([rows, columns, 1, 1], 0.5) };
        const inPairs = { ...valid, strides: [1, 1], dilations: [1, 1] };
        for (const attrs of [valid, inPairs]) {
          expect(taken('Conv2D', inputs, attrs)).toBe(true);
          agrees(inputs, attrs);
        }
      }
    },
  );

  it('passes on NaN, infinities and zeros with a filter of one tap, where the shipped kernel makes -Infinity of NaN', () => {
    // Four identical lines.
    const x = { shape: [1, 4, special.length, 1], values: [0, 1, 2, 3].flatMap(() => special) };
    for (const weight of special) {
      const inputs = { x, filter: { shape: [1, 1, 1, 1], values: [weight] } };
      const factor = Math.fround(weight);
      const right = x.values.map((value) => String(0 + Math.fround(Math.fround(value) * factor)));
      expect(bits(registered('Conv2D'), inputs, valid)).toMatchObject({ values: right });
    }
    const inputs = { x, filter: { shape: [1, 1, 1, 1], values: [1] } };
    expect(bits(shipped.Conv2D, inputs, valid)).toMatchObject({ values: { 0: '-Infinity' } });
  });

  it.each([
    ['strides', [1, 8, 8, 1], [3, 3, 1, 1], { strides: [1, 2] }],
    ['padding', [1, 8, 8, 1], [3, 3, 1, 1], { pad: 'same' }],
    ['padding in pixels', [1, 8, 8, 1], [3, 3, 1, 1], { pad: 1 }],
    ['dilation', [1, 8, 8, 1], [3, 3, 1, 1], { dilations: [2, 1] }],
    ['two channels', [1, 8, 8, 2], [3, 3, 2, 1], {}],
    ['two filters', [1, 8, 8, 1], [3, 3, 1, 2], {}],
    ['more than 65536 products', [1, 257, 256, 1], [1, 1, 1, 1], {}],
    ['few lines', [1, 5, 40, 1], [3, 3, 1, 1], {}],
    ['few columns', [1, 40, 5, 1], [3, 3, 1, 1], {}],
  ])('leaves %s to the shipped kernel', (_what, x, filter, attributes) => {
    const attrs = { ...valid, ...attributes };
    const inputs = { x: waves(x), filter: waves(filter, 0.5) };
    expect(taken('Conv2D', inputs, attrs)).toBe(false);
    agrees(inputs, attrs);
  });

  it('leaves other types and an image without a batch to the shipped kernel', () => {
    const inputs = { x: waves([1, 8, 8, 1]), filter: waves([3, 3, 1, 1], 0.5) };
    const ones = (shape: number[]): Values => ({
      ...{ shape, values: Array(tf.util.sizeFromShape(shape)).fill(1), dtype: 'int32' },
    });
    expect(taken('Conv2D', { ...inputs, x: ones([1, 8, 8, 1]) }, valid)).toBe(false);
    expect(taken('Conv2D', { ...inputs, filter: ones([3, 3, 1, 1]) }, valid)).toBe(false);
    expect(taken('Conv2D', { ...inputs, x: waves([8, 8, 8, 1, 1]) }, valid)).toBe(false);
  });

  it('takes 65536 products, and leaves none at all to the shipped kernel', () => {
    const takes = (x: number[], filter: number[]) =>
      taken('Conv2D', { x: waves(x), filter: waves(filter) }, valid);
    expect(takes([1, 256, 256, 1], [1, 1, 1, 1])).toBe(true);
    expect(takes([0, 8, 8, 1], [3, 3, 1, 1])).toBe(false);
    expect(takes([1, 8, 8, 1], [0, 3, 1, 1])).toBe(false);
  });
});

describe('shortcuts', () => {
  const inputs = { a: waves([9]), b: waves([9], 0.5) };

  it('that are wrong are caught by the comparison', () => {
    const planted = withShortcut(elementwise('subtractFloat32') as Shortcut<unknown, unknown>, shipped.Add);
    expect(bits(planted, inputs)).not.toEqual(bits(shipped.Add, inputs));
    // A wrong shortcut: takes broadcasting for equal shapes, and reads the second row from past the end of b.
    const careless: Shortcut<{ a: TensorInfo; b: TensorInfo }, unknown> = ({ a, b }, ...rest) =>
      elementwise('addFloat32')({ a, b: { ...b, shape: a.shape } }, ...rest);
    const broadcast = { a: waves([2, 3]), b: waves([3], 0.5) };
    expect(bits(withShortcut(careless, shipped.Add), broadcast)).not.toEqual(bits(shipped.Add, broadcast));
    expect(bits(registered('Add'), broadcast)).toEqual(bits(shipped.Add, broadcast));
  });

  it('are right where both inputs are the same memory, and hold none of it', () => {
    const before = held(tf);
    const x = tf.tensor([1, -2, 3, 0.5, 7]);
    const twin = tf.reshape(x, [5, 1]);
    const line = tf.reshape(x, [1, 5]);
    const [square, twice, sum] = [tf.mul(x, x), tf.add(twin, twin), tf.matMul(line, twin)];
    tf.dispose([x, twin, line]);
    expect(Array.from(square.dataSync())).toEqual([1, 4, 9, 0.25, 49]);
    expect(Array.from(twice.dataSync())).toEqual([2, -4, 6, 1, 14]);
    expect(Array.from(sum.dataSync())).toEqual([63.25]);
    tf.dispose([square, twice, sum]);
    expect(held(tf)).toEqual(before);
  });

  it('give way to the shipped kernel where the compiled functions do not run', () => {
    const without = { wasm: {} } as WasmBackend;
    const never: Shortcut<unknown, unknown> = () => {
      throw new Error('expected no call');
    };
    const kernel = withShortcut(never, () => []);
    for (let call = 0; call < 2; call++) {
      expect(kernel({ inputs: {}, attrs: {}, backend: without })).toEqual([]);
    }
  });

  it('are registered once, and again after the shipped kernels were', async () => {
    const { registerWasmTraining } = await import('../../../src/tfjs/wasm/index.ts');
    const present = registered('Add');
    expect(present).not.toBe(shipped.Add);
    registerWasmTraining();
    expect(registered('Add')).toBe(present);
    tf.unregisterKernel('Add', 'wasm');
    tf.registerKernel({ kernelName: 'Add', backendName: 'wasm', kernelFunc: shipped.Add });
    registerWasmTraining();
    expect(registered('Add')).not.toBe(shipped.Add);
    expect(bits(registered('Add'), inputs)).toEqual(bits(shipped.Add, inputs));
  });

  it('work in memory that threads share', () => {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536, shared: true });
    const kernels = kernelsIn({ wasmMemory: memory });
    const numbers = new Float32Array(memory.buffer);
    numbers.set([1, 2, 3, 4, 5, 6], 64);
    numbers.set([10, 20, 30, 40, 50, 60], 128);
    const result = (size: number) => Array.from(numbers.subarray(256, 256 + size));
    kernels.addFloat32(256, 4, 512, 4, 6, 1024);
    expect(result(6)).toEqual([11, 22, 33, 44, 55, 66]);
    kernels.subtractFloat32(256, 4, 512, 0, 6, 1024);
    expect(result(6)).toEqual([-9, -8, -7, -6, -5, -4]);
    kernels.multiplyFloat32(256, 0, 512, 4, 6, 1024);
    expect(result(6)).toEqual([10, 20, 30, 40, 50, 60]);
    kernels.outerProduct(256, 2, 512, 3, 1024);
    expect(result(6)).toEqual([10, 20, 30, 20, 40, 60]);
    kernels.dotProduct(256, 512, 3, 1024);
    expect(result(1)).toEqual([140]);
    kernels.correlatePlane(256, 4, 4, 512, 1, 1, 0, 1024);
    expect(result(6)).toEqual([10, 20, 30, 40, 50, 60]);
  });
});
