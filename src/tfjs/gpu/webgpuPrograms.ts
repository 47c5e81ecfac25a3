import { type ProdAttrs, type TensorInfo, util } from '@tensorflow/tfjs';
import { type Correction, resolvedAxis } from '../corrections.ts';
import type { GpuKernels, WebgpuProgram } from './backend.ts';

/** A webgpu kernel whose shaders are corrected before they run. */
const withPrograms =
  (correct: (program: WebgpuProgram) => void): Correction =>
  (shipped) =>
  ({ backend, ...rest }) => {
    const gpu = backend as GpuKernels;
    const corrected: object = Object.create(gpu, {
      runWebGPUProgram: {
        value: (program: WebgpuProgram, ...others: unknown[]) => {
          correct(program);
          return gpu.runWebGPUProgram(program, ...others);
        },
      },
    });
    return shipped({ backend: corrected, ...rest });
  };

/**
 * Cumsum and Cumprod. In reverse the shader's text contains the length of the axis, but its key does not: once a shader
 * of that rank has run, it is reused for every other length.
 */
const keyedByLength = withPrograms((program) => {
  program.shaderKey += `_${program.outputShape.at(-1)}`;
});
export const cumulative: Correction = (shipped, name) => resolvedAxis(keyedByLength(shipped, name), name);

/**
 * MaxPool3DGrad. The position of the largest value in a window of d x h x w is written as d*h*h + h*w + w, and read as
 * d*h*w + h*w + w: right only if the window is as high as it is wide.
 */
export const maxPool3DGrad = withPrograms((program) => {
  const { getUserCode } = program;
  program.shaderKey += '_corrected';
  program.getUserCode = function () {
    return getUserCode
      .call(this)
      .replace(
        'wD * uniforms.filterDims.y * uniforms.filterDims.y +',
        'wD * uniforms.filterDims.y * uniforms.filterDims.z +',
      );
  };
});

/** Prod. For small tensors, which are computed on the cpu for this backend, it drops the axes that keepDims keeps. */
export const prod: Correction = (shipped) => (parameters) => {
  const { axis, keepDims } = parameters.attrs as unknown as ProdAttrs;
  const product = shipped(parameters) as TensorInfo;
  if (!keepDims) return product;
  const { shape } = parameters.inputs.x as TensorInfo;
  const axes = util.parseAxisParam(axis, shape);
  return { ...product, shape: shape.map((length, at) => (axes.includes(at) ? 1 : length)) };
};
