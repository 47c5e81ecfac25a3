/** A gradient of TensorFlow.js 4.22.0 that is known to be wrong. */
export interface KnownFault {
  readonly kernel: string;
  /** When it shows, in words; null if it always does. */
  readonly condition: string | null;
  readonly reason: string;
}

const HALF_PIXELS = { condition: 'with halfPixelCenters', reason: 'the gradient ignores halfPixelCenters' };

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
  ...['Max', 'Min'].map((kernel) => ({
    kernel,
    condition: 'of numbers that are equal',
    reason: 'every one of them gets the whole dy',
  })),
  { kernel: 'MirrorPad', condition: null, reason: 'dy of the mirrored border is dropped' },
  { kernel: 'ResizeBilinear', ...HALF_PIXELS },
  { kernel: 'ResizeNearestNeighbor', ...HALF_PIXELS },
];

/** The known faults of a kernel's gradient in words, or null. */
export function knownFault(kernel: string): string | null {
  const faults = KNOWN_FAULTS.filter((fault) => fault.kernel === kernel);
  return faults.length === 0 ? null : faults.map(inWords).join('; ');
}

const inWords = ({ condition, reason }: KnownFault): string =>
  condition === null ? reason : `${condition}, ${reason}`;
