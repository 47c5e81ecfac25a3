import type { Tensor } from '@tensorflow/tfjs';
import type { TF } from '../../types.ts';
import { kernelGradient } from '../gradient.ts';
import { aroundAxis } from '../shapes.ts';

interface Attributes {
  readonly begin: number[];
  readonly end: number[];
  readonly strides: number[];
  readonly beginMask: number;
  readonly endMask: number;
  readonly ellipsisMask: number;
  readonly newAxisMask: number;
  readonly shrinkAxisMask: number;
}

/**
 * y_i = x[begin + i stride] along each axis: dx has dy_i at begin + i stride, and zeros elsewhere. TensorFlow has a
 * kernel for it, StridedSliceGrad.
 */
export const stridedSlice = kernelGradient<Attributes>({
  kernelName: 'StridedSlice',
  inputsToSave: ['x'],
  gradFunc: (tf, dy, saved, attributes) => {
    const x = saved[0]!;
    const { begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask } = attributes;
    return {
      x: () => {
        const slice = tf.slice_util.sliceInfo(
          x.shape,
          begin,
          end,
          strides,
          beginMask,
          endMask,
          ellipsisMask,
          newAxisMask,
          shrinkAxisMask,
        );
        // One entry for each axis of x; axes that y lacks have length 1 here.
        const counts = tf.slice_util.computeOutShape(slice.begin, slice.end, slice.strides);
        if (counts.includes(0)) return tf.zeros(x.shape);
        let dx: Tensor = tf.reshape(dy, counts);
        for (const [axis, length] of x.shape.entries())
          dx = spread(tf, dx, axis, slice.begin[axis]!, slice.strides[axis]!, length);
        return dx;
      },
    };
  },
});

/** Puts element i of an axis at first + i stride of an axis of `length`, with zeros between. */
function spread(tf: TF, t: Tensor, axis: number, first: number, stride: number, length: number): Tensor {
  const count = t.shape[axis]!;
  if (count === length && stride === 1) return t;
  const shape = t.shape.with(axis, length);
  const lined = aroundAxis(tf, t, axis);
  const [outer, , inner] = lined.shape;
  const step = Math.abs(stride);
  const lowest = stride > 0 ? first : first + (count - 1) * stride;
  const ascending = stride > 0 ? lined : tf.reverse(lined, 1);
  // Adds zeros behind each element, as a new axis, and removes those behind the last one.
  const gaps = tf.pad(tf.reshape(ascending, [outer, count, 1, inner]), [[0, 0], [0, 0], [0, step - 1], [0, 0]]); // biome-ignore format: one line an axis says less
  const apart = tf.reshape(gaps, [outer, count * step, inner]);
  const span = (count - 1) * step + 1;
  const inPlace = tf.pad(tf.slice(apart, [0, 0, 0], [outer, span, inner]), [[0, 0], [lowest, length - lowest - span], [0, 0]]); // biome-ignore format: as above
  return tf.reshape(inPlace, shape);
}
