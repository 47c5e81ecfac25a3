import { type AuditCase, auditCase } from '../case.ts';
import { signed } from '../values.ts';

const sizes: readonly [from: readonly [number, number, number, number], to: readonly [number, number]][] = [
  [
    [1, 3, 3, 1],
    [6, 6],
  ],
  [
    [2, 3, 3, 2],
    [5, 5],
  ],
  [
    [2, 4, 4, 1],
    [2, 2],
  ],
  [
    [2, 2, 3, 2],
    [4, 6],
  ],
  [
    [1, 3, 2, 1],
    [4, 5],
  ],
  [
    [2, 4, 3, 1],
    [2, 2],
  ],
];
const modes = [
  [false, false],
  [true, false],
  [false, true],
] as const;

/** Images enlarged and reduced. */
export const image: readonly AuditCase[] = [
  ...sizes.flatMap(([from, to]) =>
    modes.flatMap(([alignCorners, halfPixelCenters]) => [
      auditCase(
        'ResizeBilinear',
        'image.resizeBilinear',
        { to, alignCorners, halfPixelCenters },
        { x: signed(from) },
        (tf, { x }) => tf.image.resizeBilinear(x, [...to], alignCorners, halfPixelCenters),
      ),
      auditCase(
        'ResizeNearestNeighbor',
        'image.resizeNearestNeighbor',
        { to, alignCorners, halfPixelCenters },
        { x: signed(from) },
        (tf, { x }) => tf.image.resizeNearestNeighbor(x, [...to], alignCorners, halfPixelCenters),
      ),
    ]),
  ),
  auditCase(
    'ResizeBilinear',
    'image.resizeBilinear',
    { note: 'image without a batch', to: [4, 4] },
    { x: signed([2, 2, 1]) },
    (tf, { x }) => tf.image.resizeBilinear(x, [4, 4]),
  ),
  auditCase(
    'ResizeNearestNeighbor',
    'image.resizeNearestNeighbor',
    { note: 'image without a batch', to: [4, 4] },
    { x: signed([2, 2, 1]) },
    (tf, { x }) => tf.image.resizeNearestNeighbor(x, [4, 4]),
  ),
];
