/** A gradient of TensorFlow.js 4.22.0 that is known to be wrong. */
export interface KnownFault {
  readonly kernel: string;
  /** When it shows, in words; null where it always does. */
  readonly condition: string | null;
  readonly reason: string;
}

const HALF_PIXELS = { condition: 'with halfPixelCenters', reason: 'the gradient ignores halfPixelCenters' };
const BORDER = {
  condition: 'with padding',
  reason: 'dy is divided by the whole window, forward divides by the part inside the image',
};

export const KNOWN_FAULTS: readonly KnownFault[] = [
  {
    kernel: 'FloorDiv',
    condition: null,
    reason: 'the gradient is that of div; a step function has gradient 0',
  },
  { kernel: 'Cast', condition: 'to int32', reason: 'dy passes through; a step function has gradient 0' },
  {
    kernel: 'Cumsum',
    condition: 'along an axis that is not the last',
    reason: 'dy is transposed once too often',
  },
  { kernel: 'MirrorPad', condition: null, reason: 'dy of the mirrored border is dropped' },
  { kernel: 'AvgPool', ...BORDER },
  { kernel: 'AvgPool3D', ...BORDER },
  { kernel: 'MaxPool3D', condition: null, reason: 'the height of a window is taken for its width' },
  { kernel: 'ResizeBilinear', ...HALF_PIXELS },
  { kernel: 'ResizeNearestNeighbor', ...HALF_PIXELS },
  {
    kernel: 'ResizeNearestNeighbor',
    condition: 'with a batch above 1',
    reason: 'the images of a batch are mixed',
  },
];

/** The known faults of a kernel's gradient in words, or null. */
export function knownFault(kernel: string): string | null {
  const faults = KNOWN_FAULTS.filter((fault) => fault.kernel === kernel);
  return faults.length === 0 ? null : faults.map(inWords).join('; ');
}

const inWords = ({ condition, reason }: KnownFault): string =>
  condition === null ? reason : `${condition}, ${reason}`;
