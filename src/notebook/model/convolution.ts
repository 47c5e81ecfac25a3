import type { Tensor4D, TF } from '../../tfjs/types.ts';

/**
 * Cross-correlation of one-channel images with one kernel, stride 1, no padding (notebook cell 2, `conv_out`).
 *
 * image [n,16,16,1], kernel [k,k,1,1] -> convOut [n,17-k,17-k,1]
 */
export function convolution(tf: TF, image: Tensor4D, kernel: Tensor4D): Tensor4D {
  // convOut[i,j] = sum over a,b of image[i+a, j+b] * kernel[a,b]
  return tf.conv2d(image, kernel, 1, 'valid');
}

/**
 * The gradient with respect to the kernel (notebook cell 3, `d_kernel`): itself a cross-correlation, of the image with
 * dy.
 *
 * image [n,16,16,1], dy [n,17-k,17-k,1] -> dKernel [k,k,1,1], summed over the n images
 */
export function convolutionBackward(tf: TF, image: Tensor4D, dy: Tensor4D): Tensor4D {
  const [count, height, width] = dy.shape;
  const side = image.shape[1] - height + 1;
  // dKernel[a,b] = sum over i,j of image[i+a, j+b] * dy[i,j]. With several images the sum also runs over them, so the
  // images take the role of channels. For one image that only changes the shape.
  const column: Tensor4D = count === 1 ? image : tf.transpose(image, [3, 1, 2, 0]);
  const filter: Tensor4D =
    count === 1 ? tf.reshape(dy, [height, width, 1, 1]) : tf.transpose(dy, [1, 2, 0, 3]);
  return tf.reshape(tf.conv2d(column, filter, 1, 'valid'), [side, side, 1, 1]);
}
