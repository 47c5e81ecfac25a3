import { backend_util, type KernelFunc, type TensorInfo } from '@tensorflow/tfjs';
import type { GpuKernels } from './backend.ts';

type Info = ReturnType<typeof infoOf>;

const infoOf = (x: TensorInfo, filter: TensorInfo, { strides, pad, dilations }: Attributes) =>
  backend_util.computeDilation2DInfo(
    x.shape as [number, number, number, number],
    filter.shape as [number, number, number],
    strides,
    pad,
    'NHWC',
    dilations,
  );

interface Attributes {
  readonly strides: number | [number, number];
  readonly pad: 'same' | 'valid' | number;
  readonly dilations: number | [number, number];
}

interface Inputs {
  readonly x: TensorInfo;
  readonly filter: TensorInfo;
  readonly dy: TensorInfo;
}

/** A kernel of webgl: one shader finds the position of the largest value in each window, a second sums dy by it. */
const kernel =
  (gradient: (info: Info) => string, of: 'x' | 'filter'): KernelFunc =>
  ({ inputs, backend, attrs }) => {
    const { x, filter, dy } = inputs as unknown as Inputs;
    const gpu = backend as GpuKernels;
    const info = infoOf(x, filter, attrs as unknown as Attributes);
    const place = gpu.runWebGLProgram(
      { variableNames: ['x', 'W'], outputShape: [...info.outShape], userCode: placeOfLargest(info) },
      [x, filter],
      'float32',
    );
    const result = gpu.runWebGLProgram(
      {
        variableNames: ['dy', 'place'],
        outputShape: [...(of === 'x' ? x : filter).shape],
        userCode: gradient(info),
      },
      [dy, place],
      'float32',
    );
    gpu.disposeData(place.dataId);
    return result;
  };

/** place[b, i, j, d] = h * filterWidth + w of the first largest x[b, i*stride - pad + h*dilation, ..., d] + W[h, w, d]. */
const placeOfLargest = (info: Info): string => `
  void main() {
    ivec4 at = getOutputCoords();
    float largest = 0.0;
    int place = -1;
    for (int h = 0; h < ${info.filterHeight}; h++) {
      int row = at.y * ${info.strideHeight} - ${info.padInfo.top} + h * ${info.dilationHeight};
      if (row < 0 || row >= ${info.inHeight}) continue;
      for (int w = 0; w < ${info.filterWidth}; w++) {
        int column = at.z * ${info.strideWidth} - ${info.padInfo.left} + w * ${info.dilationWidth};
        if (column < 0 || column >= ${info.inWidth}) continue;
        float value = getX(at.x, row, column, at.w) + getW(h, w, at.w);
        if (place < 0 || value > largest) {
          largest = value;
          place = h * ${info.filterWidth} + w;
        }
      }
    }
    setOutput(float(place));
  }`;

/**
 * Dilation2DBackpropInput: dx[b, p, q, d] is the sum of dy over the windows whose largest value is at that pixel. x and
 * dx [batch, inHeight, inWidth, depth], filter [height, width, depth], dy [batch, outHeight, outWidth, depth].
 */
export const dilation2DBackpropInput = kernel(
  (info) => `
  void main() {
    ivec4 at = getOutputCoords();
    float sum = 0.0;
    for (int h = 0; h < ${info.filterHeight}; h++) {
      int y = at.y + ${info.padInfo.top} - h * ${info.dilationHeight};
      int i = y / ${info.strideHeight};
      if (y < 0 || i >= ${info.outHeight} || i * ${info.strideHeight} != y) continue;
      for (int w = 0; w < ${info.filterWidth}; w++) {
        int z = at.z + ${info.padInfo.left} - w * ${info.dilationWidth};
        int j = z / ${info.strideWidth};
        if (z < 0 || j >= ${info.outWidth} || j * ${info.strideWidth} != z) continue;
        if (int(getPlace(at.x, i, j, at.w)) == h * ${info.filterWidth} + w) sum += getDy(at.x, i, j, at.w);
      }
    }
    setOutput(sum);
  }`,
  'x',
);

/** Dilation2DBackpropFilter: dfilter[h, w, d] is the sum of dy over the windows whose largest value is at h, w. */
export const dilation2DBackpropFilter = kernel(
  (info) => `
  void main() {
    ivec3 at = getOutputCoords();
    float sum = 0.0;
    for (int b = 0; b < ${info.batchSize}; b++)
      for (int i = 0; i < ${info.outHeight}; i++)
        for (int j = 0; j < ${info.outWidth}; j++)
          if (int(getPlace(b, i, j, at.z)) == at.x * ${info.filterWidth} + at.y) sum += getDy(b, i, j, at.z);
    setOutput(sum);
  }`,
  'filter',
);
