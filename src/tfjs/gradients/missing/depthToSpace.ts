import { kernelGradient } from '../gradient.ts';

/**
 * y moves blocks of channels to blocks of pixels: dx moves them back. In [batch, rows, columns, channels] a pixel's
 * channels are [row in the block, column in the block, channel], as in TensorFlow's SpaceToDepth.
 */
export const depthToSpace = kernelGradient<{ blockSize: number; dataFormat: 'NHWC' | 'NCHW' }>({
  kernelName: 'DepthToSpace',
  inputsToSave: ['x'],
  gradFunc: (tf, dy, saved, { blockSize: block, dataFormat }) => {
    const x = saved[0]!;
    const [batch] = x.shape as [number];
    return {
      x: () => {
        if (dataFormat === 'NCHW') {
          const [, depth, rows, columns] = x.shape as [number, number, number, number];
          const pixels = tf.reshape(dy, [batch, depth / block ** 2, rows, block, columns, block]);
          return tf.reshape(tf.transpose(pixels, [0, 3, 5, 1, 2, 4]), x.shape);
        }
        const [, rows, columns, depth] = x.shape as [number, number, number, number];
        const pixels = tf.reshape(dy, [batch, rows, block, columns, block, depth / block ** 2]);
        return tf.reshape(tf.transpose(pixels, [0, 1, 3, 2, 4, 5]), x.shape);
      },
    };
  },
});
