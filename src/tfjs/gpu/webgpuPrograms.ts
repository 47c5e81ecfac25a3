import type { GpuKernels, Mend, WebgpuProgram } from './backend.ts';

/** A webgpu kernel whose shaders are corrected before they run. */
const withPrograms =
  (correct: (program: WebgpuProgram) => void): Mend =>
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
 * Cumsum and Cumprod. In reverse the shader has the length of the axis in its text, and its key has not: once a
 * shader of that rank has run, one for another length is never made.
 */
export const cumulative = withPrograms((program) => {
  program.shaderKey += `_${program.outputShape.at(-1)}`;
});

/**
 * MaxPool3DGrad. The place of the largest value in a window of d x h x w is counted as d*h*h + h*w + w, and read as
 * d*h*w + h*w + w: right only where the window is as high as it is wide.
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
