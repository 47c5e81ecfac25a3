import { util } from '@tensorflow/tfjs';
import type { TF } from '../../gradcheck/index.ts';
import { REPEATABLE } from '../../gradcheck/numeric/precision.ts';

type Numbers = Float32Array | Int32Array | Uint8Array;

/** The part of TensorFlow.js's webgpu backend that is used to read without its readSync. */
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

/** A check that takes more passes than this reads different values each time. */
const PASSES = 12;

/**
 * Runs a check that reads tensors synchronously on webgpu, whose readSync uses a canvas: in software Chromium it
 * returns zeros and then loses the device. So the check runs several times. In each pass every read returns the value
 * that the same read had on the device in the pass before, and zeros in the first pass. The result of a pass counts
 * once all values that it read equal those on the device, up to the order of sums: then the check has seen only true
 * values.
 *
 * @param check must be repeatable: if it reads the same values, it runs the same kernels in the same order
 * @returns the result, or null if no pass read the values that the device then had
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
        // Data on the cpu, and complex numbers, whose two parts are read by this function.
        if (values != null || resource == null || dtype === 'complex64' || dtype === 'string')
          return shipped.call(this, dataId);
        const known = replayed[downloads.length];
        // The command that copies the buffer is queued immediately, so the tensor may be disposed later.
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

/**
 * Whether the values are the same; floats may differ as much as they do on a device that adds in a different order each
 * time.
 */
function isSame(a: Numbers, b: Numbers): boolean {
  if (a.length !== b.length) return false;
  const room = a instanceof Float32Array ? REPEATABLE.float32 * largestFinite(a) : 0;
  // +0 and -0 are equal, but not the same.
  return a.every((value, at) => {
    const other = b[at]!;
    return Object.is(value, other) || (value !== other && Math.abs(value - other) <= room);
  });
}

const largestFinite = (values: Float32Array): number =>
  values.reduce((largest, x) => (Number.isFinite(x) ? Math.max(largest, Math.abs(x)) : largest), 0);
