import type { backend_util, TensorInfo } from '@tensorflow/tfjs';
import { sizeOf } from '../../../numerics/shape.ts';
import { type Call, isFloat, type Rule, read, write } from './rule.ts';

/** For every output element of a pooling kernel, the position of the largest input element in its window. */
const winnersOf = (call: Call, x: TensorInfo): Int32Array => poolWinners(call, x).winners;

/** The same, with the number of windows in which another element is as large. */
function poolWinners(call: Call, x: TensorInfo): { winners: Int32Array; ties: number } {
  const values = read(call, x);
  const deep = x.shape.length === 5;
  const info = poolInfo(call, x.shape);
  const [batch, depth, height, width, channels] = deep ? x.shape : [x.shape[0], 1, ...x.shape.slice(1)];
  const winners = new Int32Array(sizeOf(info.outShape));
  let out = 0;
  let ties = 0;
  for (let n = 0; n < batch!; n++)
    for (let z = 0; z < info.outDepth; z++)
      for (let y = 0; y < info.outHeight; y++)
        for (let w = 0; w < info.outWidth; w++)
          for (let c = 0; c < channels!; c++) {
            let winner = -1;
            let best = Number.NEGATIVE_INFINITY;
            let tied = false;
            for (let dz = 0; dz < info.depthSize; dz++) {
              const zIn = z * info.strideDepth - info.front + dz;
              if (zIn < 0 || zIn >= depth!) continue;
              for (let dy = 0; dy < info.heightSize; dy++) {
                const yIn = y * info.strideHeight - info.top + dy;
                if (yIn < 0 || yIn >= height!) continue;
                for (let dw = 0; dw < info.widthSize; dw++) {
                  const wIn = w * info.strideWidth - info.left + dw;
                  if (wIn < 0 || wIn >= width!) continue;
                  const i = (((n * depth! + zIn) * height! + yIn) * width! + wIn) * channels! + c;
                  tied = values[i] === best || (tied && values[i]! < best);
                  // On a tie the gradient goes to the first element; in three dimensions, to the last.
                  if (values[i]! > best || (deep && values[i] === best)) {
                    best = values[i]!;
                    winner = i;
                  }
                }
              }
            }
            if (tied) ties++;
            winners[out++] = winner;
          }
  return { winners, ties };
}

const maxPool: Rule = {
  branches(call) {
    const x = call.inputs.x!;
    return isFloat(x) ? winnersOf(call, x) : null;
  },
  ties: (call) => poolWinners(call, call.inputs.x!).ties,
  hold(call, { branches }) {
    const x = call.inputs.x!;
    const values = read(call, x);
    // Of a window of NaN, where nothing wins, TensorFlow.js takes -Infinity.
    const out = Float64Array.from(branches, (winner) => values[winner] ?? Number.NEGATIVE_INFINITY);
    return [write(call, out, poolInfo(call, x.shape).outShape, 'float32')];
  },
};

/** The gradient kernels: they find the winners again and pass dy to them. */
const maxPoolGrad: Rule = {
  branches(call) {
    const x = call.inputs.input!;
    return isFloat(x) ? winnersOf(call, x) : null;
  },
  hold(call, { branches }) {
    const { shape } = call.inputs.input!;
    const dy = read(call, call.inputs.dy!);
    const dx = new Float64Array(sizeOf(shape));
    for (let i = 0; i < branches.length; i++) {
      const winner = branches[i]!;
      // A window of NaN has no winner.
      if (winner >= 0) dx[winner] = dx[winner]! + dy[i]!;
    }
    return [write(call, dx, shape, 'float32')];
  },
};

/** The windows of a pooling kernel. For two-dimensional pooling all depths are 1. */
interface Windows {
  readonly outShape: number[];
  readonly outDepth: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly strideDepth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly depthSize: number;
  readonly heightSize: number;
  readonly widthSize: number;
  readonly front: number;
  readonly top: number;
  readonly left: number;
}

function poolInfo(call: Call, shape: number[]): Windows {
  const { filterSize, strides, pad, dimRoundingMode } = call.attrs as {
    filterSize: number | [number, number, number];
    strides: number | [number, number, number];
    pad: 'valid' | 'same' | number;
    dimRoundingMode?: 'floor' | 'round' | 'ceil';
  };
  if (shape.length === 5) {
    const info = call.tf.backend_util.computePool3DInfo(
      shape as [number, number, number, number, number],
      filterSize,
      strides,
      1,
      pad,
      dimRoundingMode,
    );
    const { outDepth, strideDepth, filterDepth: depthSize, padInfo } = info;
    return { ...planeOf(info), outDepth, strideDepth, depthSize, front: Math.max(0, padInfo.front) };
  }
  const info = call.tf.backend_util.computePool2DInfo(
    shape as [number, number, number, number],
    filterSize as number | [number, number],
    strides as number | [number, number],
    1,
    pad,
    dimRoundingMode,
  );
  return { ...planeOf(info), outDepth: 1, strideDepth: 1, depthSize: 1, front: 0 };
}

const planeOf = (info: backend_util.Conv2DInfo | backend_util.Conv3DInfo) => ({
  outShape: info.outShape as number[],
  outHeight: info.outHeight,
  outWidth: info.outWidth,
  strideHeight: info.strideHeight,
  strideWidth: info.strideWidth,
  heightSize: info.filterHeight,
  widthSize: info.filterWidth,
  // computePool3DInfo gives negative padding for `same` with strides longer than the window; TensorFlow uses 0.
  top: Math.max(0, info.padInfo.top),
  left: Math.max(0, info.padInfo.left),
});

export const poolingRules: Record<string, Rule> = {
  MaxPool: maxPool,
  MaxPool3D: maxPool,
  MaxPoolGrad: maxPoolGrad,
  MaxPool3DGrad: maxPoolGrad,
};
