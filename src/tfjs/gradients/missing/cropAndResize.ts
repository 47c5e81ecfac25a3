import type { Tensor, Tensor1D, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs';
import type { TF } from '../../types.ts';
import { kernelGradient } from '../gradient.ts';
import { zerosOf } from '../shapes.ts';

interface Attributes {
  readonly cropSize: [number, number];
  readonly method: 'bilinear' | 'nearest';
}

/**
 * Inside the image, a crop is a matrix product from either side, channel by channel:
 *
 *     y = R x C^T, R_ih = weight(row_i - h), C_jw = weight(column_j - w)
 *
 * with weight(t) = max(0, 1 - |t|) for bilinear, and the indicator of the nearest pixel for nearest. So dx = R^T dy C,
 * and for bilinear crops drow_i = the sum over columns and channels of dy_i (R' x C^T)_i, R'_ih = -sign(row_i - h)
 * within 1. TensorFlow's CropAndResizeGradImage and CropAndResizeGradBoxes.
 */
export const cropAndResize = kernelGradient<Attributes>({
  kernelName: 'CropAndResize',
  inputsToSave: ['image', 'boxes', 'boxInd'],
  gradFunc: (tf, dy, saved, { cropSize, method }) => {
    const [image, boxes, boxInd] = saved as [Tensor4D, Tensor2D, Tensor1D];
    const [batch, height, width, depth] = image.shape;
    const [rows, columns] = cropSize;
    const count = boxes.shape[0];
    // Not oneHot, which does not accept a depth of 1.
    const images = tf.range(0, batch, 1, 'int32');
    const ofBox = tf.cast(tf.equal(tf.expandDims(boxInd, 1), images), 'float32') as Tensor2D;
    /**
     * dy with zeros where the crop was extrapolated. The kernel itself tells where that is, so that rounding cannot
     * differ.
     */
    const inside = (): Tensor4D => {
      const seen = tf.image.cropAndResize(
        tf.ones([batch, height, width, 1]),
        boxes,
        boxInd,
        cropSize,
        'nearest',
        0,
      );
      return tf.mul(dy, seen) as Tensor4D;
    };
    const vertical = (): Side => sideOf(tf, boxes, 0, rows, height, method);
    const horizontal = (): Side => sideOf(tf, boxes, 1, columns, width, method);
    return {
      image: () => {
        const high = onRows(tf, vertical().weight, inside(), true);
        const whole = onColumns(tf, horizontal().weight, high, true);
        return tf.reshape(tf.matMul(ofBox, tf.reshape(whole, [count, -1]), true), image.shape);
      },
      boxes: () => {
        if (method === 'nearest' || count === 0) return zerosOf(tf, boxes);
        const images = tf.reshape(tf.matMul(ofBox, tf.reshape(image, [batch, -1])), [
          count,
          height,
          width,
          depth,
        ]);
        const [v, h] = [vertical(), horizontal()];
        const x = images as Tensor4D;
        const through = (slopes: Tensor4D, axes: number[]): Tensor2D =>
          tf.sum(tf.mul(inside(), slopes), axes) as Tensor2D;
        const dRows = through(onColumns(tf, h.weight, onRows(tf, v.slope, x)), [2, 3]);
        const dColumns = through(onColumns(tf, h.slope, onRows(tf, v.weight, x)), [1, 3]);
        // In the order of a box: top, left, bottom, right.
        const ends = [tf.matMul(dRows, v.ofEnds), tf.matMul(dColumns, h.ofEnds)] as [Tensor2D, Tensor2D];
        return tf.reshape(tf.stack(ends, 2), [count, 4]);
      },
    };
  },
});

/**
 * One direction of the crops: the interpolation weights and their derivatives in the position, [boxes, places, pixels].
 */
interface Side {
  readonly weight: Tensor3D;
  readonly slope: Tensor3D;
  /** The derivative of each position in the beginning and the end of its box: [places, 2]. */
  readonly ofEnds: Tensor2D;
}

function sideOf(
  tf: TF,
  boxes: Tensor2D,
  first: 0 | 1,
  places: number,
  pixels: number,
  method: Attributes['method'],
): Side {
  const ends = tf.gather(boxes, [first, first + 2], 1);
  const last = pixels - 1;
  const share = (i: number): number => (places > 1 ? i / (places - 1) : 0.5);
  const ofEnds = tf.tensor2d(
    Array.from({ length: places }, (_, i) => [last * (1 - share(i)), last * share(i)]),
  );
  const pixel = tf.range(0, pixels);
  const inside = (at: Tensor): Tensor => tf.expandDims(tf.clipByValue(at, 0, last), 2);
  if (method === 'nearest') {
    const place = inside(placesOf(tf, ends as Tensor2D, places, last));
    const nearest = tf.cast(tf.equal(tf.floor(tf.add(place, 0.5)), pixel), 'float32') as Tensor3D;
    return { weight: nearest, slope: tf.zerosLike(nearest), ofEnds };
  }
  const from = tf.sub(inside(tf.matMul(ends, ofEnds, false, true)), pixel);
  const distance = tf.abs(from);
  const isNear = tf.cast(tf.less(distance, 1), 'float32');
  return {
    weight: tf.relu(tf.sub(1, distance)) as Tensor3D,
    slope: tf.neg(tf.mul(tf.sign(from), isNear)) as Tensor3D,
    ofEnds,
  };
}

/**
 * ends x ofEnds^T with the same operations, in the same order, as the kernels, so that a position halfway between
 * pixels rounds the same way.
 */
function placesOf(tf: TF, ends: Tensor2D, places: number, last: number): Tensor2D {
  const [begin, end] = tf.split(ends, 2, 1) as [Tensor2D, Tensor2D];
  if (places === 1) return tf.mul(tf.mul(0.5, tf.add(begin, end)), last);
  const step = tf.div(tf.mul(tf.sub(end, begin), last), places - 1);
  return tf.add(tf.mul(begin, last), tf.mul(tf.range(0, places), step));
}

/** Multiplies the matrix of each box, or its transpose, by the rows of its image. */
function onRows(tf: TF, matrix: Tensor3D, images: Tensor4D, transpose = false): Tensor4D {
  const [count, rows, columns, depth] = images.shape;
  const product = tf.matMul(matrix, tf.reshape(images, [count, rows, columns * depth]), transpose);
  return tf.reshape(product, [count, -1, columns, depth]);
}

const onColumns = (tf: TF, matrix: Tensor3D, images: Tensor4D, transpose = false): Tensor4D =>
  tf.transpose(onRows(tf, matrix, tf.transpose(images, [0, 2, 1, 3]), transpose), [0, 2, 1, 3]);
