import type { AuditedCase, CaseResult, FixingEntry } from '../../results/audit.ts';
import type { AuditBackend, AuditVerdict } from '../../results/auditNames.ts';

/** Shapes and attributes of a case. */
export type Point = Pick<AuditedCase, 'shapes' | 'attributes'>;

/** A fault of TensorFlow.js 4.22. */
export interface Fault {
  readonly id: string;
  /** The kernels whose cases show it. */
  readonly kernels: readonly string[];
  readonly backends: readonly AuditBackend[];
  readonly verdicts: readonly Exclude<AuditVerdict, 'right'>[];
  /** Where it shows; without it, in all cases of the kernels. */
  readonly at?: (point: Point) => boolean;
  /** There not every case shows it: values decide, or more than shapes and attributes tell. */
  readonly sometimes?: true;
  /** The kernel does not end: as shipped, it is never run. */
  readonly endless?: true;
  /** Refused since TensorFlow.js has none: only such results are meant. */
  readonly missing?: CaseResult['missing'];
  readonly reason: string;
  /** The entry that puts it right; null where none does. */
  readonly fixedBy: FixingEntry | null;
  /** Issues of tensorflow/tfjs. */
  readonly upstream: readonly number[];
}

export const everywhere = ['native', 'wasm', 'cpu', 'webgl', 'webgpu', 'float64'] as const;

export const broadcasts = ({ shapes: { a, b } }: Point): boolean => String(a) !== String(b);
/** Whether the axes before the last two differ. */
export const broadcastsBatch = ({ shapes: { a, b } }: Point): boolean =>
  String(a?.slice(0, -2)) !== String(b?.slice(0, -2));
/** Padding that is given in numbers. */
export const padsByNumber = ({ attributes: { pad } }: Point): boolean =>
  pad !== undefined && typeof pad !== 'string';
export const pads = ({ attributes: { pad } }: Point): boolean => pad !== undefined && pad !== 'valid';
export const isDilated = ({ attributes: { dilations } }: Point): boolean => Number(dilations) > 1;
export const isSquare = (image: readonly number[]): boolean => image.at(-3) === image.at(-2);

/** The pixel of the image that is nearest to each one of the result, along one axis. */
export const nearest = (from: number, to: number, halfPixelCenters: boolean): string =>
  Array.from({ length: to }, (_, at) =>
    Math.min(from - 1, Math.floor((at + (halfPixelCenters ? 0.5 : 0)) * (from / to))),
  ).join();

/** Whether a filter steps over pixels, on an image that is padded. */
export const stepsOver = ({ shapes, attributes: { strides, pad } }: Point): boolean => {
  const filter = shapes.filter ?? shapes.depthwise;
  if (filter === undefined || pad === 'valid') return false;
  return [strides, strides].flat().some((stride, axis) => Number(stride) > filter[axis % 2]!);
};

const lengthsOf = (value: unknown, axes: number): number[] =>
  Array.from({ length: axes }, (_, axis) => Number(Array.isArray(value) ? value[axis] : value));

/** Whether windows of one pixel are moved by padding. */
export const movesPixels = ({ attributes: { window, pad } }: Point): boolean =>
  Number(pad) > 0 && [window].flat(2).every((length) => length === 1);

/** Whether a window lies in the padding. */
export const liesInPadding = ({ attributes: { window, pad } }: Point): boolean =>
  [window].flat(2).some((length) => Number(length) <= Number(pad));

/** Whether windows are cut by the border of the image, and none of a plane lies outside of it. */
export const isCutByBorder = (point: Point): boolean =>
  pads(point) && (point.shapes.x!.length === 5 || !liesInPadding(point));

/** Whether a window steps over pixels of a volume with padding `same`, by more than `least`. */
export const stepsOverVolume =
  (least: number) =>
  ({ shapes, attributes: { window, strides, pad } }: Point): boolean => {
    if (pad !== 'same') return false;
    const size = lengthsOf(shapes.filter ?? window, 3);
    return lengthsOf(strides, 3).some((stride, axis) => stride - size[axis]! >= least);
  };

type Named = Omit<Fault, 'backends' | 'verdicts' | 'fixedBy' | 'upstream'> & Partial<Fault>;

/** Of a gradient function of tfjs-core, which all backends have. */
export const wrongGradient = (fault: Named): Fault => ({
  backends: everywhere,
  verdicts: ['wrong'],
  fixedBy: 'backproof/gradients',
  upstream: [],
  ...fault,
});
export const refusedGradient = (fault: Named): Fault => wrongGradient({ verdicts: ['refused'], ...fault });
/** Of kernels of one backend. */
export const wrongOnWasm = (fault: Named): Fault =>
  wrongGradient({ backends: ['wasm'], fixedBy: 'backproof/wasm-training', ...fault });
export const wrongOnCpu = (fault: Named): Fault =>
  wrongGradient({ backends: ['cpu'], fixedBy: 'backproof/cpu-fixes', ...fault });
export const wrongOnGpu = (fault: Named): Fault =>
  wrongGradient({ backends: ['webgpu'], fixedBy: 'backproof/gpu-fixes', ...fault });
export const refusedOnNative = (fault: Named): Fault =>
  wrongGradient({ backends: ['native'], verdicts: ['refused'], fixedBy: 'backproof/native', ...fault });
