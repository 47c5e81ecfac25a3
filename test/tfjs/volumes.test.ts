import { beforeAll, describe, expect, it } from '@jest/globals';
import { startBackend } from '../../src/tfjs/backends.ts';
import type { TF } from '../../src/tfjs/types.ts';
import { disagreements, product, runKernel, runKernel64, type Values, waves } from '../support/kernels.ts';
import { describeNative } from '../support/native.ts';

type Sides = [number, number, number];
type Run = typeof runKernel64;
/** Called with the positions of a window in the images and in the filter. */
type Visit = (out: number, pixels: readonly { readonly pixel: number; readonly tap: number }[]) => void;

const IMAGES = [2, 4, 5, 3, 2] as const;
const CHANNELS = IMAGES[4];
const volumes = [...IMAGES];

const indices = (counts: readonly number[]): number[][] =>
  counts.reduce<number[][]>(
    (rows, count) => rows.flatMap((row) => Array.from({ length: count }, (_, at) => [...row, at])),
    [[]],
  );
const placeIn = (shape: readonly number[], at: readonly number[]): number =>
  shape.reduce((place, side, axis) => place * side + at[axis]!, 0);

/** TensorFlow's definition of `same`: one window per stride, and padding distributed to both sides, never negative. */
function eachWindow(window: Sides, strides: Sides, visit: Visit): number[] {
  const sides = IMAGES.slice(1, 4);
  const counts = sides.map((side, axis) => Math.ceil(side / strides[axis]!));
  const before = sides.map((side, axis) =>
    Math.floor(Math.max(0, (counts[axis]! - 1) * strides[axis]! + window[axis]! - side) / 2),
  );
  const outShape = [IMAGES[0], ...counts, CHANNELS];
  for (const out of indices(outShape)) {
    const [n, , , , c] = out as [number, number, number, number, number];
    const taps = indices(window).flatMap((tap) => {
      const at = tap.map((k, axis) => out[axis + 1]! * strides[axis]! - before[axis]! + k);
      const isInside = at.every((place, axis) => place >= 0 && place < sides[axis]!);
      return isInside ? [{ pixel: placeIn(IMAGES, [n, ...at, c]), tap: placeIn(window, tap) }] : [];
    });
    visit(placeIn(outShape, out), taps);
  }
  return outShape;
}

const x = waves(volumes);
const zeros = (length: number): number[] => Array.from({ length }, () => 0);

/**
 * Computed by hand: pooling, its gradients, and a convolution of each channel separately, as a filter that is 0 between
 * channels.
 */
function byDefinition(window: Sides, strides: Sides) {
  const outShape = eachWindow(window, strides, () => {});
  const size = outShape.reduce((a, b) => a * b);
  const dy = waves(outShape, 0.5);
  const weights = waves([...window], 2.2);
  const found = { average: zeros(size), largest: zeros(size), convolved: zeros(size) };
  const back = { average: zeros(x.values.length), largest: zeros(x.values.length), convolved: zeros(x.values.length) }; // biome-ignore format: one line
  const dWeights = zeros(weights.values.length);
  eachWindow(window, strides, (out, taps) => {
    const values = taps.map(({ pixel }) => x.values[pixel]!);
    found.average[out] = values.reduce((a, b) => a + b, 0) / values.length;
    found.largest[out] = Math.max(...values);
    for (const { pixel, tap } of taps) {
      const dyHere = dy.values[out]!;
      found.convolved[out]! += x.values[pixel]! * weights.values[tap]!;
      back.average[pixel]! += dyHere / values.length;
      back.convolved[pixel]! += dyHere * weights.values[tap]!;
      dWeights[tap]! += dyHere * x.values[pixel]!;
      if (x.values[pixel] === found.largest[out]) back.largest[pixel]! += dyHere;
    }
  });
  return { outShape, dy, weights, found, back, dWeights };
}

/** Strides longer than the window along one axis, two, all and none. */
const cases = product({
  window: [
    [1, 1, 1],
    [1, 2, 1],
    [2, 1, 3],
  ] as Sides[],
  strides: [
    [2, 2, 2],
    [3, 3, 2],
    [1, 2, 3],
    [1, 1, 1],
  ] as Sides[],
});

function compare(run: Run): void {
  it.each(cases)('are what TensorFlow defines: %j', ({ window, strides }) => {
    const { outShape, dy, weights, found, back, dWeights } = byDefinition(window, strides);
    const attributes = { filterSize: window, strides, pad: 'same', dilations: 1, dataFormat: 'NDHWC' };
    const expectKernel = (
      kernel: string,
      inputs: Record<string, Values>,
      shape: number[],
      values: number[],
    ) =>
      expect({
        kernel,
        wrong: disagreements(run(kernel, inputs, { ...attributes, inputShape: volumes, filterShape }), [
          { shape, values },
        ]),
      }).toEqual({ kernel, wrong: [] });
    const filterShape = [...window, CHANNELS, CHANNELS];
    // [..., in, out]: each channel only maps to itself.
    const diagonal = (values: readonly number[]): Values => ({
      shape: filterShape,
      values: values.flatMap((weight) => [weight, 0, 0, weight]),
    });
    expectKernel('AvgPool3D', { x }, outShape, found.average);
    expectKernel('MaxPool3D', { x }, outShape, found.largest);
    expectKernel('AvgPool3DGrad', { dy, input: x }, volumes, back.average);
    const output = { shape: outShape, values: found.largest };
    expectKernel('MaxPool3DGrad', { dy, input: x, output }, volumes, back.largest);
    expectKernel('Conv3D', { x, filter: diagonal(weights.values) }, outShape, found.convolved);
    expectKernel('Conv3DBackpropInputV2', { dy, filter: diagonal(weights.values) }, volumes, back.convolved);
    const [dFilter] = run('Conv3DBackpropFilterV2', { x, dy }, { ...attributes, filterShape });
    // The sum over both channels, which are the diagonal entries.
    const sums = dWeights.map((_, tap) => dFilter!.values[4 * tap]! + dFilter!.values[4 * tap + 3]!);
    expect(disagreements([{ shape: window, values: sums }], [{ shape: window, values: dWeights }])).toEqual(
      [],
    );
  });
}

describe.each(['cpu', 'wasm'] as const)('volumes with padding same on %s', (name) => {
  let tf: TF;
  beforeAll(async () => {
    ({ tf } = await startBackend(name));
  });
  compare((...args) => runKernel(tf, ...args));
});

describe('volumes with padding same in double precision', () => {
  compare(runKernel64);
});

describeNative('volumes with padding same on native', () => {
  let tf: TF;
  beforeAll(async () => {
    ({ tf } = await startBackend('native'));
  });
  compare((...args) => runKernel(tf, ...args));
});
