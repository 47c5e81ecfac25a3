import { util } from '@tensorflow/tfjs';
import type { TF } from '../../gradcheck/index.ts';
import { REPEATABLE } from '../../gradcheck/numeric/precision.ts';

type Numbers = Float32Array | Int32Array | Uint8Array;

/** The part of TensorFlow.js's webgpu backend that is needed to read without its readSync. */
interface DeviceBackend {
  readonly tensorMap: {
    get(dataId: object): {
      readonly values: Numbers | null | undefined;
      readonly dtype: 'float32' | 'int32' | 'bool' | 'complex64' | 'string';
      readonly resource: { readonly size: number } | null | undefined;
    };
  };
  getBufferData(buffer: object): Promise<ArrayBuffer>;
  readSync(dataId: object): Numbers;
}

/** A check with more passes than this reads something else each time. */
const PASSES = 12;

/**
 * Runs a check that reads tensors synchronously on webgpu, whose readSync goes by a canvas: in software Chromium it
 * gives zeros and then loses the device. The check runs several times; in each pass every read gives what the same
 * read had on the device in the pass before, and at first zeros. The result of a pass counts once all that was replayed
 * is what the device then has, to the order of its sums: it saw nothing but true values.
 *
 * @param check repeatable: with the same values read, the same kernels run in the same order
 * @returns the result, or null where no pass was given what it then found
 */
export async function withReplayedReads<Result>(
  tf: TF,
  check: () => Promise<Result>,
): Promise<Result | null> {
  const backend = tf.backend() as unknown as DeviceBackend;
  const shipped = backend.readSync;
  let replayed: readonly Numbers[] = [];
  try {
    for (let pass = 0; pass < PASSES; pass++) {
      const downloads: Promise<Numbers>[] = [];
      backend.readSync = function (dataId) {
        const { values, dtype, resource } = this.tensorMap.get(dataId);
        // Data on the cpu, and complex numbers, which are read as their two parts by this function.
        if (values != null || resource == null || dtype === 'complex64' || dtype === 'string')
          return shipped.call(this, dataId);
        const known = replayed[downloads.length];
        // The command that copies the buffer is queued here and now, whatever becomes of the tensor later.
        downloads.push(this.getBufferData(resource).then((bytes) => numbersOf(bytes, dtype)));
        const size = resource.size / 4;
        return known?.length === size ? known.slice() : util.makeZerosTypedArray(size, dtype);
      };
      const result = await check();
      const found = await Promise.all(downloads);
      if (found.length === replayed.length && found.every((values, at) => isSame(values, replayed[at]!)))
        return result;
      replayed = found;
    }
    return null;
  } finally {
    backend.readSync = shipped;
  }
}

const numbersOf = (bytes: ArrayBuffer, dtype: 'float32' | 'int32' | 'bool'): Numbers => {
  if (dtype === 'float32') return new Float32Array(bytes);
  return dtype === 'int32' ? new Int32Array(bytes) : Uint8Array.from(new Int32Array(bytes));
};

/** The same values; of floats those that are as near as a device comes which adds in another order each time. */
function isSame(a: Numbers, b: Numbers): boolean {
  if (a.length !== b.length) return false;
  const room = a instanceof Float32Array ? REPEATABLE.float32 * largestFinite(a) : 0;
  // Zeros of both signs are equal, and not the same.
  return a.every((value, at) => {
    const other = b[at]!;
    return Object.is(value, other) || (value !== other && Math.abs(value - other) <= room);
  });
}

const largestFinite = (values: Float32Array): number =>
  values.reduce((largest, x) => (Number.isFinite(x) ? Math.max(largest, Math.abs(x)) : largest), 0);
