import type { AuditedCase, CaseResult, FixingEntry } from '../../results/audit.ts';
import type { AuditBackend, AuditVerdict } from '../../results/auditNames.ts';

/** The shapes and attributes of a case. */
export type Point = Pick<AuditedCase, 'shapes' | 'attributes'>;

/** A fault of TensorFlow.js 4.22. */
export interface Fault {
  readonly id: string;
  /** The kernels whose cases show it. */
  readonly kernels: readonly string[];
  readonly backends: readonly AuditBackend[];
  readonly verdicts: readonly Exclude<AuditVerdict, 'right'>[];
  /** The cases that show it; by default all cases of the kernels. */
  readonly at?: (point: Point) => boolean;
  /** Not every such case shows it: it also depends on the values, or on more than shapes and attributes. */
  readonly sometimes?: true;
  /** The kernel never returns, so the shipped one is never run. */
  readonly endless?: true;
  /** Only results that are refused because TensorFlow.js has no such kernel or gradient. */
  readonly missing?: CaseResult['missing'];
  readonly reason: string;
  /** The entry that fixes it; null if none does. */
  readonly fixedBy: FixingEntry | null;
  /** Issues of tensorflow/tfjs. */
  readonly upstream: readonly number[];
}

export const everywhere = ['native', 'wasm', 'cpu', 'webgl', 'webgpu', 'float64'] as const;

export const broadcasts = ({ shapes: { a, b } }: Point): boolean => String(a) !== String(b);
/** Whether the axes before the last two differ. */
export const broadcastsBatch = ({ shapes: { a, b } }: Point): boolean =>
  String(a?.slice(0, -2)) !== String(b?.slice(0, -2));
/** Whether the padding is given in numbers. */
export const padsByNumber = ({ attributes: { pad } }: Point): boolean =>
  pad !== undefined && typeof pad !== 'string';
export const pads = ({ attributes: { pad } }: Point): boolean => pad !== undefined && pad !== 'valid';
export const isDilated = ({ attributes: { dilations } }: Point): boolean => Number(dilations) > 1;
export const isSquare = (image: readonly number[]): boolean => image.at(-3) === image.at(-2);

/** The nearest pixel of the image for each pixel of the result, along one axis. */
export const nearest = (from: number, to: number, halfPixelCenters: boolean): string =>
  Array.from({ length: to }, (_, at) => Math.floor((at + (halfPixelCenters ? 0.5 : 0)) * (from / to))).join();

/** Whether a filter skips pixels, in an image that is padded. */
export const stepsOver = ({ shapes, attributes: { strides, pad } }: Point): boolean => {
  const filter = shapes.filter ?? shapes.depthwise;
  if (filter === undefined || pad === 'valid') return false;
  return [strides, strides].flat().some((stride, axis) => Number(stride) > filter[axis % 2]!);
};

const lengthsOf = (value: unknown, axes: number): number[] =>
  Array.from({ length: axes }, (_, axis) => Number(Array.isArray(value) ? value[axis] : value));

/** Whether padding moves windows of one pixel. */
export const movesPixels = ({ attributes: { window, pad } }: Point): boolean =>
  Number(pad) > 0 && [window].flat(2).every((length) => length === 1);

/** Whether a window may lie entirely in the padding. */
export const liesInPadding = ({ attributes: { window, pad } }: Point): boolean =>
  [window].flat(2).some((length) => Number(length) <= Number(pad));

/** Whether the border of the image cuts windows, and no window of a 2D image lies outside of it. */
export const isCutByBorder = (point: Point): boolean =>
  pads(point) && (point.shapes.x!.length === 5 || !liesInPadding(point));

/** Whether windows skip pixels of a volume with padding `same`, by more than `least`. */
export const stepsOverVolume =
  (least: number) =>
  ({ shapes, attributes: { window, strides, pad } }: Point): boolean => {
    if (pad !== 'same') return false;
    const size = lengthsOf(shapes.filter ?? window, 3);
    return lengthsOf(strides, 3).some((stride, axis) => stride - size[axis]! >= least);
  };

type Named = Omit<Fault, 'backends' | 'verdicts' | 'fixedBy' | 'upstream'> & Partial<Fault>;

/** A fault in a gradient function of tfjs-core, which all backends share. */
export const wrongGradient = (fault: Named): Fault => ({
  backends: everywhere,
  verdicts: ['wrong'],
  fixedBy: 'backproof/gradients',
  upstream: [],
  ...fault,
});
export const refusedGradient = (fault: Named): Fault => wrongGradient({ verdicts: ['refused'], ...fault });
/** A fault in the kernels of one backend. */
export const wrongOnWasm = (fault: Named): Fault =>
  wrongGradient({ backends: ['wasm'], fixedBy: 'backproof/wasm-training', ...fault });
export const wrongOnCpu = (fault: Named): Fault =>
  wrongGradient({ backends: ['cpu'], fixedBy: 'backproof/cpu-fixes', ...fault });
export const wrongOnGpu = (fault: Named): Fault =>
  wrongGradient({ backends: ['webgpu'], fixedBy: 'backproof/gpu-fixes', ...fault });
export const refusedOnNative = (fault: Named): Fault =>
  wrongGradient({ backends: ['native'], verdicts: ['refused'], fixedBy: 'backproof/native', ...fault });
