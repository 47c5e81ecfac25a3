import { type DataType, getKernel, type NamedAttrMap, type TensorInfo } from '@tensorflow/tfjs';
import type { GpuBackend } from '../../results/auditNames.ts';

/** A shader as the webgpu backend takes it: WGSL, cached by its key, which must identify its text. */
export interface WebgpuProgram {
  readonly outputShape: readonly number[];
  shaderKey: string;
  getUserCode(): string;
}

/** A shader as the webgl backend takes it: GLSL, in which each input is read by a function of its name. */
interface WebglProgram {
  readonly variableNames: string[];
  readonly outputShape: number[];
  readonly userCode: string;
}

/** The part of TensorFlow.js's webgl and webgpu backends that these kernels need. */
export interface GpuKernels {
  makeTensorInfo(shape: number[], dtype: DataType, values?: Float32Array): TensorInfo;
  disposeData(dataId: object): void;
  /** webgl only. */
  runWebGLProgram(program: WebglProgram, inputs: TensorInfo[], dtype: DataType): TensorInfo;
  /** webgpu only. */
  runWebGPUProgram(program: WebgpuProgram, ...rest: unknown[]): TensorInfo;
}

/** Calls a kernel of the backend on its tensors. */
export function call(
  name: string,
  backendName: GpuBackend,
  backend: object,
  inputs: Record<string, TensorInfo>,
  attrs: NamedAttrMap = {},
): TensorInfo {
  const { kernelFunc } = getKernel(name, backendName)!;
  return kernelFunc({ inputs, attrs, backend }) as TensorInfo;
}
