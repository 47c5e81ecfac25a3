import { describe, expect, it } from '@jest/globals';
import { compile, webAssembly } from '../../../scripts/build/webassembly.ts';
import { kernelFunction } from '../../../src/tfjs/wasm/backend.ts';
import { kernelBinary, kernelsIn } from '../../../src/tfjs/wasm/instance.ts';
import { excess, held, runKernel, start, waves } from '../../support/kernels.ts';

const tf = await start('wasm');
const { wasm } = tf.backend() as unknown as { wasm: { asm: { memory: WebAssembly.Memory } } };

describe('the comparison of these tests', () => {
  it('passes rounding and catches a wrong number, a missing one and NaN', () => {
    expect(excess([1 + 2 ** -20, -2], [1, -2])).toBeLessThan(1);
    expect(excess([1.001, -2], [1, -2])).toBeGreaterThan(1);
    expect(excess([-1, -2], [1, -2])).toBeGreaterThan(1);
    expect(excess([1], [1, -2])).toBe(Number.POSITIVE_INFINITY);
    expect(excess([Number.NaN, -2], [1, -2])).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('the memory of the wasm backend', () => {
  const inputs = { x: waves([4, 40, 40, 3]), dy: waves([4, 40, 40, 3], 0.5) };
  const convolve = () => {
    const attributes = { strides: [1, 1], pad: 'same', dataFormat: 'NHWC', filterShape: [3, 3, 3, 3] };
    return runKernel(tf, 'Conv2DBackpropFilter', inputs, attributes);
  };

  it('gets back all that a kernel works with', () => {
    convolve();
    const size = wasm.asm.memory.buffer.byteLength;
    const before = held(tf);
    for (let run = 0; run < 400; run++) convolve();
    expect(wasm.asm.memory.buffer.byteLength).toBe(size);
    expect(held(tf)).toEqual(before);
  });

  it('gets it back as well when a kernel throws', () => {
    const before = held(tf);
    const inputs = { x: waves([3, 2]), segmentIds: { shape: [2], values: [0, 1], dtype: 'int32' as const } };
    expect(() => runKernel(tf, 'UnsortedSegmentSum', inputs, { numSegments: 2 })).toThrow(
      'expected segmentIds of shape [3]',
    );
    expect(held(tf)).toEqual(before);
  });

  it('may grow: the kernels go on in the larger one', () => {
    const before = convolve();
    const size = wasm.asm.memory.buffer.byteLength;
    const large = tf.zeros([size / 4]);
    expect(wasm.asm.memory.buffer.byteLength).toBeGreaterThan(size);
    expect(convolve()).toEqual(before);
    large.dispose();
  });

  it('has one instance of the kernels, however often they are asked for', () => {
    const owner = { wasmMemory: new WebAssembly.Memory({ initial: 1 }) };
    expect(kernelsIn(owner)).toBe(kernelsIn(owner));
  });

  it('is said to be exhausted where a single number finds no place, and nothing needs none', () => {
    const asked: number[] = [];
    const _malloc = (bytes: number) => 0 * asked.push(bytes);
    const wasm = { wasmMemory: new WebAssembly.Memory({ initial: 1 }), _malloc, _free: () => {} };
    const take = (size: number) =>
      kernelFunction((_inputs, _attributes, { scratch }) => {
        scratch(size);
        return [];
      })({ inputs: {}, backend: { wasm } });
    expect(() => take(1)).toThrow('wasm: expected 4 bytes for intermediate values, got no memory');
    expect(take(0)).toEqual([]);
    expect(asked).toEqual([4, 0]);
  });

  it('is asked for where TensorFlow.js does not hand it out', () => {
    expect(() => kernelsIn({})).toThrow('expected the wasm backend of TensorFlow.js 4.22');
  });

  it('may be shared by threads', () => {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536, shared: true });
    const kernels = kernelsIn({ wasmMemory: memory });
    new Float32Array(memory.buffer).set([1, 2, 3, 4], 64);
    new Int32Array(memory.buffer).set([1, 1], 128);
    kernels.segmentSumFloat32(256, 512, 2, 2, 2, 1024);
    expect(Array.from(new Float32Array(memory.buffer, 1024, 4))).toEqual([0, 0, 4, 6]);
  });
});

describe('clones', () => {
  it('share their values with the original and outlive it', () => {
    const before = held(tf);
    const x = tf.tensor([1, 2, 3]);
    const clone = tf.clone(x);
    expect(held(tf)).toEqual({ tensors: before.tensors + 2, data: before.data + 1 });
    x.dispose();
    expect(Array.from(clone.dataSync())).toEqual([1, 2, 3]);
    clone.dispose();
    expect(held(tf)).toEqual(before);
  });
});

describe('the compiled kernels', () => {
  it('are what their AssemblyScript says', async () => {
    const { folder, options } = webAssembly.wasmTraining;
    const forShared = ['--sharedMemory', '--maximumMemory', '65536', '--enable', 'threads'];
    const compiled = await compile([
      { folder, options },
      { folder, options: [...options, ...forShared] },
    ]);
    expect([false, true].map((isShared) => Buffer.from(kernelBinary(isShared)).toString('base64'))).toEqual(
      compiled,
    );
  });

  it('import only memory and have no data', () => {
    const module = new WebAssembly.Module(kernelBinary(false));
    expect(WebAssembly.Module.imports(module)).toEqual([{ module: 'env', name: 'memory', kind: 'memory' }]);
    // Sections by number: 6 is global variables, 8 the start function, 11 data.
    expect(sections(kernelBinary(false)).filter((id) => [6, 8, 11].includes(id))).toEqual([]);
  });
});

/** The numbers of a module's sections. */
function sections(bytes: Uint8Array): number[] {
  const found: number[] = [];
  for (let at = 8; at < bytes.length; ) {
    found.push(bytes[at++]!);
    let [length, shift, byte] = [0, 0, 0];
    do {
      byte = bytes[at++]!;
      length |= (byte & 127) << shift;
      shift += 7;
    } while (byte & 128);
    at += length;
  }
  return found;
}
