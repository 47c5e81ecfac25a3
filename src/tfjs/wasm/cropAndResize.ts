import { type CropAndResizeAttrs, type Tensor, tensor4d } from '@tensorflow/tfjs-core';
import { type Correction, outOf } from '../corrections.ts';

/**
 * image.cropAndResize: where a box lies between two rows of the image, the shipped kernel uses the corner of the box
 * for all of its rows, and it rounds halves differently from cpu. Row y of a crop of height h is at
 *
 *     y1 (height - 1) + y (y2 - y1) (height - 1) / (h - 1), for h = 1 the middle of the box
 *
 * of the image, and columns likewise; outside of the image the result is extrapolationValue.
 *
 * image [batch, height, width, depth], boxes [n, 4], boxInd [n] -> [n, h, w, depth]
 */
export const cropAndResize: Correction = () => (parameters) => {
  const { image, boxes, boxInd } = parameters.inputs as Record<'image' | 'boxes' | 'boxInd', Tensor>;
  const { cropSize, method, extrapolationValue } = parameters.attrs as unknown as CropAndResizeAttrs;
  const [batch, height, width, depth] = image.shape as [number, number, number, number];
  return outOf(() => {
    const [pixels, corners, images] = [image.dataSync(), boxes.dataSync(), boxInd.dataSync()];
    const out = new Float32Array(images.length * cropSize[0] * cropSize[1] * depth);
    let at = 0;
    for (const [box, n] of images.entries()) {
      const [y1, x1, y2, x2] = corners.subarray(4 * box) as unknown as [number, number, number, number];
      const columns = neighbours(x1, x2, width, cropSize[1], method);
      for (const row of neighbours(y1, y2, height, cropSize[0], method))
        for (const column of columns)
          for (let d = 0; d < depth; d++) {
            // Zero, because the other backends do not write these.
            if (n >= batch) out[at++] = 0;
            else if (row === null || column === null) out[at++] = extrapolationValue;
            else {
              const pixel = (y: number, x: number): number =>
                pixels[((n * height + y) * width + x) * depth + d]!;
              const lerp = (from: number, to: number, share: number): number => from + (to - from) * share;
              const above = lerp(pixel(row.low, column.low), pixel(row.low, column.high), column.share);
              const below = lerp(pixel(row.high, column.low), pixel(row.high, column.high), column.share);
              out[at++] = lerp(above, below, row.share);
            }
          }
    }
    return tensor4d(out, [images.length, cropSize[0], cropSize[1], depth]);
  });
};

/**
 * For each row of a crop, the two rows of the image that it lies between, and its distance from the first; null
 * outside.
 */
function neighbours(from: number, to: number, length: number, size: number, method: 'bilinear' | 'nearest') {
  return Array.from({ length: size }, (_, k) => {
    const scale = ((to - from) * (length - 1)) / (size - 1);
    const place = size > 1 ? from * (length - 1) + k * scale : 0.5 * (from + to) * (length - 1);
    if (!(place >= 0 && place <= length - 1)) return null;
    const at = method === 'nearest' ? Math.round(place) : place;
    return { low: Math.floor(at), high: Math.ceil(at), share: at - Math.floor(at) };
  });
}
