import { backend_util, type KernelBackend, type TensorInfo } from '@tensorflow/tfjs-core';
import { sizeOf } from '../numerics/shape.ts';
import { type CorrectedBackend, type Correction, kernelsOf } from './corrections.ts';
import {
  ofConvolution3D,
  ofPooling,
  type Paddings,
  type PaddingsOf,
  type WindowAttributes,
} from './windows.ts';

type Run = ReturnType<typeof kernelsOf>;

/**
 * Kernels of volumes [batch, depth, height, width, channels] with padding `same` and a stride longer than the window:
 * TensorFlow.js computes a negative padding and so starts after the first pixel, TensorFlow starts at it. The kernels
 * are called with the volume cut off after its last window, which needs no padding.
 */
export function volumeCorrections(backendName: CorrectedBackend): Readonly<Record<string, Correction>> {
  const reached = withoutUnreached(backendName);
  return {
    AvgPool3D: reached('x', ofPooling),
    AvgPool3DGrad: reached('input', ofPooling),
    Conv3D: reached('x', ofConvolution3D),
    Conv3DBackpropFilterV2: reached('x', ofConvolution3D),
    Conv3DBackpropInputV2: reached(null, ofConvolution3D),
    MaxPool3D: reached('x', ofPooling),
    MaxPool3DGrad: reached('input', ofPooling),
  };
}

/**
 * @param volume the name of the input that is the volume; `input` if the result has its shape, null if only the result
 * has it
 */
const withoutUnreached =
  (backendName: CorrectedBackend) =>
  (volume: 'x' | 'input' | null, paddingsOf: PaddingsOf): Correction =>
  (shipped) =>
  (parameters) => {
    const attributes = parameters.attrs as unknown as WindowAttributes;
    if (attributes.pad !== 'same') return shipped(parameters);
    const inputs = parameters.inputs as Record<string, TensorInfo>;
    const shape = volume === null ? attributes.inputShape! : inputs[volume]!.shape;
    const filter = attributes.filterShape ?? inputs.filter?.shape ?? null;
    const paddings = paddingsOf({ backend_util }, shape, filter, attributes);
    if (paddings.every(([, after]) => after >= 0)) return shipped(parameters);
    const backend = parameters.backend as KernelBackend;
    const run = kernelsOf(backendName, backend);
    const size = shape.map((side, axis) => side + Math.min(0, paddings[axis]![1]));
    if (volume === null) {
      const attrs = { ...parameters.attrs, inputShape: size };
      return withUnreached(run, backend, shipped({ ...parameters, attrs }) as TensorInfo, paddings);
    }
    const cut = run('Slice', { x: inputs[volume]! }, { begin: size.map(() => 0), size });
    const result = shipped({ ...parameters, inputs: { ...inputs, [volume]: cut } }) as TensorInfo;
    backend.disposeData(cut.dataId);
    return volume === 'x' ? result : withUnreached(run, backend, result, paddings);
  };

/**
 * The gradient with zeros for the pixels that no window reaches. Axis by axis: webgl pads at most four axes at a time.
 */
function withUnreached(
  run: Run,
  backend: KernelBackend,
  reached: TensorInfo,
  paddings: Paddings,
): TensorInfo {
  return paddings.reduce((gradient, [, after], axis) => {
    if (after >= 0) return gradient;
    const { shape } = gradient;
    const outer = sizeOf(shape.slice(0, axis));
    const inner = sizeOf(shape.slice(axis + 1));
    const lined = run('Reshape', { x: gradient }, { shape: [outer, shape[axis]!, inner] });
    const sides = [0, 1, 2].map((side) => [0, side === 1 ? -after : 0]);
    const padded = run('PadV2', { x: lined }, { paddings: sides as never, constantValue: 0 });
    const whole = run('Reshape', { x: padded }, { shape: shape.with(axis, shape[axis]! - after) });
    for (const { dataId } of [gradient, lined, padded]) backend.disposeData(dataId);
    return whole;
  }, reached);
}
