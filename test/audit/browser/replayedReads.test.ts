import { describe, expect, it } from '@jest/globals';
import { withReplayedReads } from '../../../src/audit/browser/replayedReads.ts';
import type { TF } from '../../../src/gradcheck/index.ts';

/** A backend like webgpu's: its buffers are read asynchronously, and its readSync returns zeros. */
function device(buffers: Float32Array[]) {
  const backend = {
    tensorMap: {
      get: (dataId: object) => {
        const resource = buffers[(dataId as { at: number }).at]!;
        return {
          values: null,
          dtype: 'float32',
          resource: Object.assign(resource, { size: resource.byteLength }),
        };
      },
    },
    getBufferData: async (buffer: object) => (buffer as Float32Array).slice().buffer,
    readSync: () => new Float32Array(1),
  };
  return { tf: { backend: () => backend } as unknown as TF, backend };
}

const read = (tf: TF, at: number): number =>
  (tf.backend() as unknown as { readSync(dataId: object): Float32Array }).readSync({ at })[0]!;

describe('reads that are replayed', () => {
  it('give the check only what the device has, where one read decides on the next', async () => {
    const { tf, backend } = device([2, 5, 7].map((value) => Float32Array.of(value)));
    const { readSync } = backend;
    const check = async () => read(tf, read(tf, 0)) * read(tf, 1);
    expect(await withReplayedReads(tf, check)).toBe(35);
    expect(backend.readSync).toBe(readSync);
  });

  it('keep not-a-number and the sign of zero', async () => {
    const { tf } = device([Float32Array.of(Number.NaN), Float32Array.of(-0)]);
    expect(await withReplayedReads(tf, async () => [read(tf, 0), read(tf, 1)])).toEqual([Number.NaN, -0]);
  });

  it('have no result where the device gives other values each time', async () => {
    const changing = Float32Array.of(0);
    const { tf } = device([changing]);
    const check = async () => {
      const value = read(tf, 0);
      changing[0]! += 1;
      return value;
    };
    expect(await withReplayedReads(tf, check)).toBeNull();
  });

  it.each([
    [1, 2 ** -19, true],
    [1, 2 ** -17, false],
    [Number.POSITIVE_INFINITY, 1, false],
  ])('beside %d, a value that is off by %d each time is the same: %s', async (largest, off, same) => {
    const changing = Float32Array.of(1, largest);
    const { tf } = device([changing]);
    const check = async () => {
      read(tf, 0);
      changing[0] = changing[0] === 1 ? 1 - off : 1;
      return 'done';
    };
    expect(await withReplayedReads(tf, check)).toBe(same ? 'done' : null);
  });

  /** A device with a single tensor, whose own readSync returns the given numbers. */
  const holding = (entry: object, bytes: () => Int32Array, own = Float32Array.of(9)) => {
    const getBufferData = async () => bytes().buffer;
    const backend = { tensorMap: { get: () => entry }, getBufferData, readSync: (_dataId: object) => own };
    const tf = { backend: () => backend } as unknown as TF;
    return { own, replayed: () => withReplayedReads(tf, async () => backend.readSync({})) };
  };

  it.each([
    ['values on the cpu', { values: Float32Array.of(3), dtype: 'float32', resource: { size: 4 } }],
    ['a tensor without a buffer', { values: null, dtype: 'float32', resource: null }],
    ['complex numbers', { values: null, dtype: 'complex64', resource: { size: 4 } }],
    ['text', { values: null, dtype: 'string', resource: { size: 4 } }],
  ])('leave %s to the backend', async (_what, entry) => {
    const { own, replayed } = holding(entry, () => Int32Array.of(0));
    expect(await replayed()).toBe(own);
  });

  it.each([
    ['int32', Int32Array.of(1, 0)],
    ['bool', Uint8Array.of(1, 0)],
  ])('have %s as it is', async (dtype, numbers) => {
    const entry = { values: null, dtype, resource: { size: 8 } };
    expect(await holding(entry, () => Int32Array.of(1, 0)).replayed()).toEqual(numbers);
    let last = 0;
    expect(await holding(entry, () => Int32Array.of(last++ % 2, 0)).replayed()).toBeNull();
  });

  it('end with the error of a check', async () => {
    const { tf, backend } = device([Float32Array.of(1)]);
    const { readSync } = backend;
    const check = async () => {
      throw new Error('no such kernel');
    };
    await expect(withReplayedReads(tf, check)).rejects.toThrow('no such kernel');
    expect(backend.readSync).toBe(readSync);
  });
});
