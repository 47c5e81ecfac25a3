import { describe, expect, it } from '@jest/globals';
import type { Point } from '../../src/audit/faults/fault.ts';
import { FAULTS, faultOf, faultsAt } from '../../src/audit/faults.ts';
import type { Attributes } from '../../src/results/audit.ts';
import type { AuditBackend } from '../../src/results/auditNames.ts';

const at = (shapes: Point['shapes'], attributes: Attributes = {}): Point => ({ shapes, attributes });
const set = (attributes: Attributes): Point => at({}, attributes);
const x = (shape: readonly number[], attributes: Attributes = {}): Point => at({ x: [...shape] }, attributes);
const filter = (shape: readonly number[], strides: number | number[], pad: string): Point =>
  at({ x: [1, 6, 6, 6, 1], filter: [...shape] }, { strides, pad });
const pool = (window: number | number[], strides: number | number[], pad: string | number): Point =>
  x([1, 5, 5, 1], { window, strides, pad });
const volume = (window: number | number[], strides: number | number[], pad: string | number): Point =>
  x([1, 5, 5, 5, 1], { window, strides, pad });
const resized = (shape: readonly number[], to: readonly number[], more: Attributes): Point =>
  x(shape, { to: [...to], ...more });

const corners = { alignCorners: true };
const half = { halfPixelCenters: true };
const norm = [8, 2];

/** Where TensorFlow.js 4.22 has the fault, and the nearest points where it does not. */
const PLACES: readonly [
  id: string,
  kernel: string,
  backend: AuditBackend,
  inside: readonly Point[],
  outside: readonly Point[],
][] = [
  ['broadcast-extremes', 'Maximum', 'cpu', [at({ a: [2, 3], b: [3] })], [at({ a: [2, 3], b: [2, 3] })]],
  [
    'matmul-batch',
    'BatchMatMul',
    'cpu',
    [at({ a: [2, 2, 3], b: [1, 3, 4] }), at({ a: [2, 3], b: [2, 3, 4] })],
    [at({ a: [2, 2, 3], b: [2, 3, 4] }), at({ a: [2, 3], b: [3, 4] })],
  ],
  ['prod-negative-axis', 'Prod', 'cpu', [set({ axis: -1 })], [set({ axis: 0 }), set({ axis: 'all' })]],
  ['dilations', 'Conv2D', 'cpu', [set({ dilations: 2 })], [set({ dilations: 1 }), set({})]],
  [
    'batch-norm-defaults',
    'FusedBatchNorm',
    'cpu',
    [at({ scale: norm }), at({ offset: norm }), at({})],
    [at({ scale: norm, offset: norm })],
  ],
  [
    'wasm-batch-norm-defaults',
    'FusedBatchNorm',
    'wasm',
    [at({ scale: norm }), at({ offset: norm }), at({})],
    [at({ scale: norm, offset: norm })],
  ],
  ['tile-rank', 'Tile', 'cpu', [x([1, 1, 1, 1, 1])], [x([1, 1, 1, 1])]],
  [
    'one-part',
    'Unpack',
    'cpu',
    [x([2, 1], { axis: 1 }), x([1, 2], { axis: -2 })],
    [x([2, 2], { axis: 1 }), x([1, 2], { axis: 1 })],
  ],
  [
    'one-part',
    'SplitV',
    'cpu',
    [x([4], { parts: 1 }), x([4], { parts: [4] })],
    [x([4], { parts: 2 }), x([4], { parts: [2, 2] })],
  ],
  ['wasm-channels-first', 'Conv2D', 'wasm', [set({ dataFormat: 'NCHW' })], [set({ dataFormat: 'NHWC' })]],
  ['native-channels-first', 'Conv2D', 'native', [set({ dataFormat: 'NCHW' })], [set({ dataFormat: 'NHWC' })]],
  [
    'native-padding',
    'MaxPool',
    'native',
    [set({ pad: 1 }), set({ pad: 0 })],
    [set({ pad: 'same' }), set({})],
  ],
  [
    'native-depthwise-strides',
    'DepthwiseConv2dNative',
    'native',
    [set({ strides: [2, 2] })],
    [set({ strides: 2 })],
  ],
  ['native-gather-axis', 'GatherV2', 'native', [set({ axis: -1 })], [set({ axis: 0 })]],
  [
    'webgl-strided-slice-shrinks',
    'StridedSlice',
    'webgl',
    [set({ shrinkAxisMask: 1 })],
    [set({ shrinkAxisMask: 0 }), set({})],
  ],
  ['cast-to-int32', 'Cast', 'cpu', [set({ to: 'int32' })], [set({ to: 'float32' })]],
  ['wasm-cumulative-axis', 'Cumprod', 'wasm', [set({ axis: -1 })], [set({ axis: 0 })]],
  ['cumsum-axis', 'Cumsum', 'cpu', [x([3, 4], { axis: 0 }), x([3], { axis: -1 })], [x([3, 4], { axis: 1 })]],
  ['resize-bilinear-half-pixel', 'ResizeBilinear', 'cpu', [set(half)], [set({ halfPixelCenters: false })]],
  [
    // Of 4 pixels two are 1 and 3 from their centers, else 0 and 2; of 3 pixels six are 0 0 1 1 2 2 either way.
    'resize-nearest-half-pixel',
    'ResizeNearestNeighbor',
    'cpu',
    [
      resized([1, 4, 4, 1], [2, 2], half),
      resized([1, 4, 3, 1], [2, 6], half),
      resized([3, 4, 1], [6, 2], half),
      resized([1, 1, 4, 1], [1, 6], half),
    ],
    [
      resized([1, 4, 4, 1], [2, 2], { halfPixelCenters: false }),
      resized([1, 3, 3, 1], [6, 6], half),
      resized([1, 4, 4, 1], [4, 4], half),
    ],
  ],
  [
    'mirror-pad-border',
    'MirrorPad',
    'cpu',
    [
      set({
        paddings: [
          [0, 0],
          [0, 1],
        ],
      }),
    ],
    [
      set({
        paddings: [
          [0, 0],
          [0, 0],
        ],
      }),
    ],
  ],
  [
    'gpu-pool-of-one',
    'MaxPool',
    'webgl',
    [pool(1, 2, 1), pool([1, 1], 2, 1)],
    [pool(2, 2, 1), pool([1, 2], 2, 1), pool(1, 2, 0), pool(1, 2, 'same')],
  ],
  [
    'cpu-avg-pool-in-padding',
    'AvgPool',
    'cpu',
    [pool(1, 1, 1), pool([2, 1], 1, 1)],
    [pool(2, 1, 1), pool(1, 1, 'same')],
  ],
  [
    'wasm-pool-in-padding',
    'MaxPool',
    'wasm',
    [pool(1, 1, 1), pool([2, 1], 1, 1)],
    [pool(2, 1, 1), pool(1, 1, 'same')],
  ],
  [
    'cpu-volume-steps-over',
    'Conv3D',
    'cpu',
    [filter([1, 1, 1, 1, 1], 2, 'same'), filter([2, 2, 1, 3, 3], [2, 2, 2], 'same')],
    [filter([2, 2, 2, 1, 1], 2, 'same'), filter([1, 1, 1, 1, 1], 2, 'valid')],
  ],
  [
    'wasm-volume-steps-over',
    'MaxPool3D',
    'wasm',
    [volume([2, 1, 2], [2, 2, 2], 'same'), volume(2, [2, 2, 3], 'same')],
    [volume(2, 2, 'same'), volume([2, 1, 2], [2, 1, 2], 'same'), volume(1, 2, 1)],
  ],
  ['gpu-volume-steps-over', 'AvgPool3D', 'webgl', [volume(1, 2, 'same')], [volume(1, 1, 'same')]],
  ['native-volume-steps-over', 'MaxPool3D', 'native', [volume(1, 3, 'same')], [volume(1, 2, 'same')]],
  ['native-avg-pool3d-steps-over', 'AvgPool3D', 'native', [volume(1, 2, 'same')], [volume(1, 1, 'same')]],
  [
    'cpu-avg-pool-border',
    'AvgPool',
    'cpu',
    [pool(2, 1, 'same'), pool(2, 1, 1)],
    [pool(2, 1, 'valid'), pool(1, 1, 1), x([1, 5, 5, 1], { window: 2 })],
  ],
  ['cpu-avg-pool-border', 'AvgPool3D', 'cpu', [volume(1, 1, 1)], [volume(1, 1, 'valid')]],
  ['wasm-avg-pool-border', 'AvgPool', 'wasm', [pool(2, 1, 'same')], [pool(2, 1, 'valid')]],
  ['gpu-avg-pool-border', 'AvgPool', 'webgpu', [pool(2, 1, 'same'), pool(1, 1, 1)], [pool(2, 1, 'valid')]],
  ['cpu-max-pool3d-window', 'MaxPool3D', 'cpu', [volume([2, 2, 2], 1, 'valid')], [volume(2, 1, 'valid')]],
  [
    'webgpu-max-pool3d-window',
    'MaxPool3D',
    'webgpu',
    [volume([2, 2, 3], 1, 'valid')],
    [volume([1, 2, 3], 1, 'valid'), volume([2, 3, 3], 1, 'valid'), volume(2, 1, 'valid')],
  ],
  [
    'cpu-resize-nearest-batch',
    'ResizeNearestNeighbor',
    'cpu',
    [x([2, 3, 3, 1])],
    [x([1, 3, 3, 1]), x([2, 3, 1])],
  ],
  [
    'cpu-resize-nearest-endless',
    'ResizeNearestNeighbor',
    'cpu',
    [
      resized([1, 1, 3, 1], [2, 2], corners),
      resized([1, 3, 1, 1], [2, 2], corners),
      resized([1, 3, 1], [2, 2], corners),
    ],
    [
      resized([1, 1, 3, 1], [1, 2], corners),
      resized([1, 2, 2, 1], [3, 3], corners),
      resized([1, 1, 3, 1], [2, 2], { alignCorners: false }),
    ],
  ],
  [
    'cpu-resize-bilinear-sides',
    'ResizeBilinear',
    'cpu',
    [x([1, 3, 2, 1]), x([3, 2, 2])],
    [x([1, 3, 3, 1]), x([3, 3, 2])],
  ],
  [
    'wasm-gather-batch-dims',
    'GatherV2',
    'wasm',
    [set({ axis: 2, batchDims: 1 })],
    [set({ axis: 1, batchDims: 1 }), set({ axis: 2, batchDims: 0 })],
  ],
  [
    'wasm-prelu-alpha',
    'Prelu',
    'wasm',
    [at({ a: [2, 3], b: [2, 1] })],
    [at({ a: [2, 3], b: [3] }), at({ a: [2, 3], b: [2, 3] })],
  ],
  [
    'wasm-fused-matmul-transposed',
    '_FusedMatMul',
    'wasm',
    [set({ transposeA: true, transposeB: false }), set({ transposeA: false, transposeB: true })],
    [set({ transposeA: false, transposeB: false })],
  ],
  [
    'wasm-conv2d-steps-over',
    'Conv2D',
    'wasm',
    [
      filter([2, 2, 1, 1], 3, 'same'),
      filter([2, 2, 3, 3], [2, 3], 'same'),
      filter([2, 3, 3, 3], [3, 3], 'same'),
    ],
    [
      filter([2, 2, 1, 1], 2, 'same'),
      filter([2, 2, 1, 1], 3, 'valid'),
      filter([3, 2, 1, 1], [3, 2], 'same'),
      set({ strides: 3, pad: 'same' }),
    ],
  ],
  [
    'wasm-depthwise-steps-over',
    'DepthwiseConv2dNative',
    'wasm',
    [at({ depthwise: [2, 2, 1, 1] }, { strides: 3, pad: 'same' })],
    [at({ depthwise: [2, 2, 1, 1] }, { strides: 2, pad: 'same' })],
  ],
  [
    'wasm-avg-pool-steps-over',
    'AvgPool',
    'wasm',
    [pool(2, 3, 1), pool([3, 1], [1, 2], 'same'), pool([2, 2], [1, 3], 'same')],
    [pool(2, 2, 1), pool(2, 3, 'valid'), pool([2, 3], [2, 1], 'same')],
  ],
  ['wasm-resize-nearest-corners', 'ResizeNearestNeighbor', 'wasm', [set(corners)], [set({})]],
  ['cpu-transform-batch', 'Transform', 'cpu', [x([2, 4, 4, 1])], [x([1, 4, 4, 1])]],
];

/** Other predicates of a kernel want more of a point than the one in question. */
const idsAt = (id: string, kernel: string, backend: AuditBackend, { shapes, attributes }: Point): string[] =>
  faultsAt(
    {
      kernel,
      shapes: { x: [1, 1, 1, 1], a: [1], b: [1], ...shapes },
      attributes: { to: [1, 1], ...attributes },
    },
    backend,
    'plain',
  )
    .map((fault) => fault.id)
    .filter((found) => found === id);

describe('a known fault', () => {
  it.each(PLACES)('%s of %s on %s is where it is, and not beside it', (id, kernel, backend, ins, outs) => {
    for (const point of ins)
      expect({ point, ids: idsAt(id, kernel, backend, point) }).toEqual({ point, ids: [id] });
    for (const point of outs)
      expect({ point, ids: idsAt(id, kernel, backend, point) }).toEqual({ point, ids: [] });
  });

  it('that is at some points has them tried here', () => {
    const somewhere = FAULTS.filter((fault) => fault.at !== undefined).map(({ id }) => id);
    expect(new Set(somewhere)).toEqual(new Set(PLACES.map(([id]) => id)));
  });

  it('names the issues of tensorflow/tfjs', () => {
    const reported = FAULTS.filter(({ upstream }) => upstream.length > 0);
    expect(Object.fromEntries(reported.map(({ id, upstream }) => [id, upstream]))).toEqual({
      'matmul-batch': [8721],
      dilations: [7906],
      'wasm-no-training': [8474, 8082],
      comparisons: [619, 7710],
      'no-gradient': [1601, 7722],
    });
  });

  it('whose kernel never returns is marked as such', () => {
    expect(FAULTS.filter(({ endless }) => endless).map(({ id }) => id)).toEqual([
      'cpu-resize-nearest-endless',
    ]);
  });
});

describe('a result', () => {
  const cumsum = { kernel: 'Cumsum', ...x([3, 4], { axis: 0 }) };
  const mirrored = { kernel: 'MirrorPad', ...set({ paddings: [[1, 1]] }) };
  const equal = { kernel: 'Equal', ...at({ a: [1], b: [1] }) };

  it.each([
    ['wrong, which is known', mirrored, 'wrong', null, 'mirror-pad-border'],
    ['refused, where only wrong is known', mirrored, 'refused', null, null],
    ['inconclusive', mirrored, 'inconclusive', null, null],
    ['right', mirrored, 'right', null, null],
    ['wrong, where both are known', cumsum, 'wrong', null, 'cumsum-axis'],
    ['refused, where both are known', cumsum, 'refused', null, 'cumsum-axis'],
    ['without a gradient, which is known', equal, 'refused', 'gradient', 'comparisons'],
    ['refused, where only the absence is known', equal, 'refused', null, null],
    ['without a kernel, where only the gradient is known to miss', equal, 'refused', 'kernel', null],
  ] as const)('that is %s', (_, subject, verdict, missing, id) => {
    expect(faultOf(subject, 'cpu', 'plain', { verdict, missing })?.id ?? null).toBe(id);
  });

  it('is not excused by what an entry fixes, nor by a fault of another backend', () => {
    expect(faultOf(mirrored, 'cpu', 'fixed', { verdict: 'wrong', missing: null })).toBeNull();
    const turned = { kernel: '_FusedMatMul', ...set({ transposeA: true }) };
    expect(faultOf(turned, 'cpu', 'plain', { verdict: 'wrong', missing: null })).toBeNull();
    expect(faultOf(turned, 'wasm', 'plain', { verdict: 'wrong', missing: null })).not.toBeNull();
  });
});
