import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Workspace } from './backend.ts';
import { fours, type Images, padded, type Sides } from './padding.ts';

/** A convolution of images [batch, depth, height, width, channels]. */
export interface Convolution extends Images {
  readonly output: Sides;
  readonly outChannels: number;
  readonly kernel: Sides;
  readonly strides: Sides;
}

/** The result of backend_util.computeConv2DInfo and computeConv3DInfo; only the latter has fields that end in Depth. */
interface ConvInfo {
  readonly batchSize: number;
  readonly inDepth?: number;
  readonly inHeight: number;
  readonly inWidth: number;
  readonly inChannels: number;
  readonly outDepth?: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly outChannels: number;
  readonly filterDepth?: number;
  readonly filterHeight: number;
  readonly filterWidth: number;
  readonly strideDepth?: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly padInfo: { readonly front?: number; readonly top: number; readonly left: number };
}

/** Converts TensorFlow.js's description of a convolution. */
export const convolution = (info: ConvInfo): Convolution => ({
  batch: info.batchSize,
  input: [info.inDepth ?? 1, info.inHeight, info.inWidth],
  channels: info.inChannels,
  output: [info.outDepth ?? 1, info.outHeight, info.outWidth],
  outChannels: info.outChannels,
  kernel: [info.filterDepth ?? 1, info.filterHeight, info.filterWidth],
  strides: [info.strideDepth ?? 1, info.strideHeight, info.strideWidth],
  padding: [info.padInfo.front ?? 0, info.padInfo.top, info.padInfo.left],
});

/**
 * The sides of the input including its padding: exactly the pixels that the filter reaches. Where the op's own padding
 * is narrower (a single number, with a filter that is not square), the missing pixels are 0 too.
 */
const reached = ({ output, strides, kernel }: Convolution): Sides => {
  const along = (axis: 0 | 1 | 2): number => (output[axis] - 1) * strides[axis] + kernel[axis];
  return [along(0), along(1), along(2)];
};

/**
 * The gradient of a convolution in its filter:
 * dFilter[kd, kh, kw, c, m] = sum over n, d, i, j of x[n, d s + kd - front, .., j s + kw - left, c] dy[n, d, i, j, m].
 */
export function filterGradient(
  shape: Convolution,
  { x, dy, out }: { x: TensorInfo; dy: TensorInfo; out: TensorInfo },
  workspace: Workspace,
): void {
  const { kernels, address } = workspace;
  const images = padded(address(x), shape, reached(shape), 1, shape.channels, workspace);
  kernels.convFilterGradient(
    images.address,
    ...images.sides,
    shape.channels,
    address(dy),
    shape.batch,
    ...shape.output,
    shape.outChannels,
    ...shape.kernel,
    ...shape.strides,
    address(out),
  );
}

/**
 * The gradient of a convolution in its images: every dy[n, d, i, j, m] adds filter[kd, kh, kw, c, m] dy[n, d, i, j, m]
 * to dx[n, d s + kd - front, i s + kh - top, j s + kw - left, c].
 */
export function inputGradient(
  shape: Convolution,
  { dy, filter, out }: { dy: TensorInfo; filter: TensorInfo; out: TensorInfo },
  workspace: Workspace,
): void {
  const { kernels, address, scratch } = workspace;
  const { channels, outChannels, kernel, output } = shape;
  const [depth, height, width] = shape.input;
  const [front, top, left] = shape.padding;
  const upstream = outputSized(dy, shape, workspace);
  const lanes = fours(channels);
  const taps = kernel[0] * kernel[1] * kernel[2];
  const transposed = scratch(taps * outChannels * lanes);
  kernels.transposed(address(filter), taps, channels, outChannels, transposed, lanes);
  const sides = reached(shape);
  const image = scratch(sides[0] * sides[1] * sides[2] * lanes);
  const perImage = output[0] * output[1] * output[2] * outChannels;
  for (let n = 0; n < shape.batch; n++) {
    kernels.convInputGradient(
      upstream + 4 * n * perImage,
      ...output,
      outChannels,
      transposed,
      ...kernel,
      ...shape.strides,
      image,
      ...sides,
      lanes,
    );
    for (let d = 0; d < depth; d++) {
      const plane = image + 4 * (d + front) * sides[1] * sides[2] * lanes;
      const to = address(out) + 4 * (n * depth + d) * height * width * channels;
      // Planes of the input that the kernel does not reach have no gradient: with no rows, all values are 0.
      const rows = d + front < sides[0] ? sides[1] : 0;
      kernels.cropped(plane, rows, sides[2], lanes, 1, top, left, to, height, width, channels);
    }
  }
}

/** dy cut to the size of the convolution's output: conv2dTranspose accepts larger images and uses only their start. */
function outputSized(dy: TensorInfo, shape: Convolution, { kernels, address, scratch }: Workspace): number {
  const { batch, output, outChannels } = shape;
  const [height, width] = dy.shape.slice(-3, -1) as [number, number];
  if (height === output[1] && width === output[2]) return address(dy);
  const planes = batch * output[0];
  const cut = scratch(planes * output[1] * output[2] * outChannels);
  const [, toHeight, toWidth] = output;
  kernels.spread(
    address(dy),
    planes,
    height,
    width,
    outChannels,
    1,
    cut,
    0,
    0,
    toHeight,
    toWidth,
    outChannels,
  );
  return cut;
}
