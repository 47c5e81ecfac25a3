// Times the training kernels of backproof/wasm-training beside those of cpu, and of native if its addon loads:
//   npm run bench -- --kernels
// For every kernel and backend: the median of 15 batches of calls (5 if a call takes a second), after a warm-up, on the
// same seeded data, with the range from the fastest to the slowest batch; and the speed-up over cpu.
import { performance } from 'node:perf_hooks';
import * as tf from '@tensorflow/tfjs';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import 'backproof/wasm-training';
import 'backproof/cpu-fixes';
import { findAddon } from '../../src/tfjs/native/tfjsNode.ts';

/** The duration of a batch in milliseconds, long enough for the resolution of the clock not to matter. */
const BATCH_MILLISECONDS = 20;

tf.enableProdMode();
const backends = ['cpu', 'wasm'];
if (findAddon() !== null) {
  await import('backproof/native');
  backends.push('tensorflow');
} else {
  process.stdout.write('not measured: native, whose addon is not here; backproof setup-native builds it\n');
}

function numbers(shape: number[], seed: number): tf.Tensor {
  const generator = xoroshiro128plus(seed);
  const values = Float32Array.from(
    { length: tf.util.sizeFromShape(shape) },
    () => generator.next() / 2 ** 31,
  );
  return tf.tensor(values, shape);
}

interface Case {
  readonly name: string;
  readonly kernel: string;
  readonly inputs: () => Record<string, tf.Tensor>;
  readonly attributes: tf.NamedAttrMap;
}

const cases: readonly Case[] = [
  convolution(32, 28, 8, 16, 5, 'same'),
  convolution(32, 28, 8, 16, 5, 'valid'),
  convolution(1, 16, 1, 1, 5, 'valid'),
  {
    name: 'Conv2DBackpropInput 32x28x28x8 <- 16, 5x5 same',
    kernel: 'Conv2DBackpropInput',
    inputs: () => ({ dy: numbers([32, 28, 28, 16], 2), filter: numbers([5, 5, 8, 16], 3) }),
    attributes: { strides: [1, 1], pad: 'same', dataFormat: 'NHWC', inputShape: [32, 28, 28, 8] },
  },
  depthwise('DepthwiseConv2dNativeBackpropFilter'),
  depthwise('DepthwiseConv2dNativeBackpropInput'),
  {
    name: 'MaxPoolGrad 32x28x28x16, 2x2',
    kernel: 'MaxPoolGrad',
    inputs: () => {
      const input = numbers([32, 28, 28, 16], 1);
      return {
        input,
        dy: numbers([32, 14, 14, 16], 2),
        output: tf.maxPool(input as tf.Tensor4D, 2, 2, 'valid'),
      };
    },
    attributes: { filterSize: [2, 2], strides: [2, 2], pad: 'valid' },
  },
  {
    name: 'UnsortedSegmentSum 1024x64 into 256',
    kernel: 'UnsortedSegmentSum',
    inputs: () => ({
      x: numbers([1024, 64], 1),
      segmentIds: tf.range(0, 1024, 1, 'int32').mod(tf.scalar(256, 'int32')),
    }),
    attributes: { numSegments: 256 },
  },
];

function convolution(
  batch: number,
  side: number,
  channels: number,
  filters: number,
  kernel: number,
  pad: 'same' | 'valid',
): Case {
  const out = pad === 'same' ? side : side - kernel + 1;
  return {
    name: `Conv2DBackpropFilter ${batch}x${side}x${side}x${channels} -> ${filters}, ${kernel}x${kernel} ${pad}`,
    kernel: 'Conv2DBackpropFilter',
    inputs: () => ({
      x: numbers([batch, side, side, channels], 1),
      dy: numbers([batch, out, out, filters], 2),
    }),
    attributes: {
      strides: [1, 1],
      pad,
      dataFormat: 'NHWC',
      filterShape: [kernel, kernel, channels, filters],
    },
  };
}

function depthwise(kernel: string): Case {
  const shapes = { inputShape: [32, 28, 28, 16], filterShape: [3, 3, 16, 1] };
  return {
    name: `${kernel} 32x28x28x16, 3x3`,
    kernel,
    inputs: () => ({
      x: numbers(shapes.inputShape, 1),
      dy: numbers(shapes.inputShape, 2),
      filter: numbers(shapes.filterShape, 3),
    }),
    attributes: { strides: [1, 1], dilations: [1, 1], pad: 'same', ...shapes },
  };
}

/** Results are read into this, so that no computation is optimized away. */
let sink = 0;

/** Microseconds per call. */
function microseconds({
  kernel,
  inputs,
  attributes,
}: Case): Record<'median' | 'fastest' | 'slowest', number> {
  const tensors = inputs();
  const call = () => tf.tidy((): tf.Tensor => tf.engine().runKernel(kernel, tensors, attributes));
  const callMany = (count: number): number => {
    const start = performance.now();
    for (let k = 1; k < count; k++) call().dispose();
    const last = call();
    sink += last.dataSync()[0] ?? 0;
    last.dispose();
    return performance.now() - start;
  };
  let count = 1;
  let took = callMany(count);
  while (took < BATCH_MILLISECONDS && count < 1e5) {
    count *= 2;
    took = callMany(count);
  }
  const batches = took > 1000 ? 5 : 15;
  const times = Array.from({ length: batches }, () => (1000 * callMany(count)) / count).sort((a, b) => a - b);
  tf.dispose(tensors);
  return { median: times[batches >> 1] ?? 0, fastest: times[0] ?? 0, slowest: times.at(-1) ?? 0 };
}

for (const measured of cases) {
  process.stdout.write(`${measured.name}\n`);
  let cpu = 0;
  for (const backend of backends) {
    await tf.setBackend(backend);
    const { median, fastest, slowest } = microseconds(measured);
    if (backend === 'cpu') cpu = median;
    const columns = [
      backend.padEnd(10),
      `${median.toFixed(1)} us`.padStart(12),
      `(${fastest.toFixed(1)} to ${slowest.toFixed(1)})`.padStart(24),
      `${(cpu / median).toFixed(1)} x cpu`.padStart(14),
    ];
    process.stdout.write(`  ${columns.join(' ')}\n`);
  }
}
if (!Number.isFinite(sink)) throw new Error(`expected finite results, their sum is ${sink}`);
