import type {
  DenseBincountAttrs,
  KernelFunc,
  Tensor,
  Tensor1D,
  TensorInfo,
  TransformAttrs,
} from '@tensorflow/tfjs';
import type { TF } from '../types.ts';

/** The parts of tfjs-node's backend that these kernels call. */
interface NodeBackend {
  readonly binding: Readonly<Record<'TF_ATTR_STRING' | 'TF_ATTR_TYPE' | 'TF_FLOAT', number>>;
  executeSingleOutput(op: string, attributes: object[], inputs: TensorInfo[]): Tensor;
}

/**
 * denseBincount of x [n], or of each row of x [rows, n]: out[v] = the sum of the weights where x is v; without weights
 * the number of such elements, or with binaryOutput 1 or 0. Uses TensorFlow's Bincount, which has no rows, so each row
 * gets its own bins.
 */
const denseBincount =
  (tf: TF): KernelFunc =>
  ({ inputs, attrs }) => {
    const { x, weights } = inputs as Record<'x' | 'weights', Tensor>;
    const { size, binaryOutput } = attrs as unknown as DenseBincountAttrs;
    return tf.tidy(() => {
      if (x.size > 0 && tf.min(x).dataSync()[0]! < 0) throw new Error('Input x must be non-negative!');
      const [rows, shape] = x.rank === 1 ? [1, [size]] : [x.shape[0]!, [x.shape[0]!, size]];
      const bins = tf.reshape(x, [rows, x.size / Math.max(1, rows)]);
      const firsts = tf.reshape(tf.mul(tf.range(0, rows, 1, 'int32'), tf.scalar(size, 'int32')), [rows, 1]);
      // A number beyond the last bin of its row goes beyond the bins of all rows.
      const places = tf.where(
        tf.less(bins, tf.scalar(size, 'int32')),
        tf.add(bins, firsts),
        tf.scalar(rows * size, 'int32'),
      );
      const isWeighted = weights.size > 0 && binaryOutput !== true;
      const sums = tf.bincount(
        tf.reshape(places, [x.size]) as Tensor1D,
        isWeighted
          ? (tf.reshape(weights, [x.size]) as Tensor1D)
          : tf.tensor1d([], weights.dtype as 'float32' | 'int32'),
        rows * size,
      );
      const one = tf.scalar(1, weights.dtype);
      return tf.reshape(binaryOutput === true ? tf.minimum(sums, one) : sums, shape);
    });
  };

/** image.transform, by TensorFlow's ImageProjectiveTransformV3. */
const transform =
  (tf: TF): KernelFunc =>
  ({ inputs, attrs, backend }) => {
    const { image, transforms } = inputs as Record<'image' | 'transforms', Tensor>;
    const { interpolation, fillMode, fillValue, outputShape } = attrs as unknown as TransformAttrs;
    const native = backend as unknown as NodeBackend;
    const { binding } = native;
    const text = (name: string, value: string) => ({
      name,
      type: binding.TF_ATTR_STRING,
      value: value.toUpperCase(),
    });
    return tf.tidy(() =>
      native.executeSingleOutput(
        'ImageProjectiveTransformV3',
        [
          { name: 'dtype', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
          text('interpolation', interpolation),
          text('fill_mode', fillMode),
        ],
        [
          image,
          transforms,
          tf.tensor1d(outputShape ?? image.shape.slice(1, 3), 'int32'),
          tf.scalar(fillValue),
        ],
      ),
    );
  };

/** Kernels that tfjs-node lacks. */
export const nativeKernels = (tf: TF): Readonly<Record<string, KernelFunc>> => ({
  DenseBincount: denseBincount(tf),
  Transform: transform(tf),
});
