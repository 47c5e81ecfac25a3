import { describe, expect, it } from '@jest/globals';
import type { Run } from '../../../src/notebook/inference/run.ts';
import type { PlotSpec } from '../../../src/report/parts/figureSpec.ts';
import { errorPlot, isOver, scatterPlot } from '../../../src/report/sections/gradients/figure.ts';
import { normsPlot } from '../../../src/report/sections/kernel/norms.ts';
import { activePlot } from '../../../src/report/sections/relu/active.ts';
import { saturationPlot } from '../../../src/report/sections/saturation/figure.ts';
import { rocPlot } from '../../../src/report/sections/test/roc.ts';
import { accuracyPlot } from '../../../src/report/sections/training/accuracy.ts';
import { lossPlot } from '../../../src/report/sections/training/loss.ts';
import type { ScatterPoint } from '../../../src/results/scatter.ts';
import type { TrainResult } from '../../../src/results/train.ts';

/** The values on the axes, line by line. */
const lines = ({ data }: PlotSpec) =>
  data.map((line) => {
    const { name, x, y } = line as { name?: string; x: unknown; y: unknown };
    return { name, x, y };
  });
const point = (epoch: number, trainAccuracy: number | null, testAccuracy: number | null) =>
  ({ epoch, trainAccuracy, testAccuracy }) as TrainResult['checkpoints'][0];

it('loss: by epoch, from the first', () => {
  expect(lines(lossPlot({ losses: [0.5, 0.25, 0.125] } as TrainResult))).toEqual([
    { name: undefined, x: [1, 2, 3], y: [0.5, 0.25, 0.125] },
  ]);
});

describe('accuracy', () => {
  it('of training and test images, from before training on', () => {
    const checkpoints = [point(0, 0.5, 0.25), point(2, 1, 0.75)];
    expect(lines(accuracyPlot({ checkpoints, losses: [1, 1] } as unknown as TrainResult))).toEqual([
      { name: 'training images', x: [0, 2], y: [0.5, 1] },
      { name: 'test images', x: [0, 2], y: [0.25, 0.75] },
    ]);
  });

  it('without test images there is no line of them', () => {
    const checkpoints = [point(0, 0.5, null), point(1, 1, null)];
    const plot = accuracyPlot({ checkpoints, losses: [1] } as unknown as TrainResult);
    expect(lines(plot).map(({ name }) => name)).toEqual(['training images']);
    expect((plot.layout.yaxis as { range: number[] }).range).toEqual([0.48, 1.02]);
  });
});

it('ROC: false positives across, true positives up', () => {
  const curve = [
    { threshold: 1, falsePositives: 0, truePositives: 0 },
    { threshold: 0.5, falsePositives: 0.25, truePositives: 0.75 },
    { threshold: 0, falsePositives: 1, truePositives: 1 },
  ] as never;
  const plot = rocPlot(curve, { falsePositives: 0.25, truePositives: 0.75 }, 0.5, 'ROC', {
    positive: 1,
    negative: 8,
  } as never);
  expect(lines(plot)).toEqual([
    { name: 'chance', x: [0, 1], y: [0, 1] },
    { name: 'network', x: [0, 0.25, 1], y: [0, 0.75, 1] },
    { name: 'threshold 0.50', x: [0.25], y: [0.75] },
  ]);
  expect(plot.layout.xaxis?.title).toEqual({ text: 'Share of 8s read as 1' });
  expect(plot.layout.yaxis?.title).toEqual({ text: 'Share of 1s read as 1' });
});

it('open ReLUs: over all images, and over each class under its own name', () => {
  const byEpoch = [
    { epoch: 0, relus: { open: [0.5, 0.25] } },
    { epoch: 2, relus: { open: [0.75, 0.125] } },
  ] as never;
  const plot = activePlot({ diagnosis: { activeFraction: [0.5, 0.4] } } as never, byEpoch, [
    'the 8s',
    'the 1s',
  ]);
  expect(lines(plot)).toEqual([
    { name: 'all images', x: [1, 2], y: [0.5, 0.4] },
    { name: 'the 8s', x: [0, 2], y: [0.5, 0.75] },
    { name: 'the 1s', x: [0, 2], y: [0.25, 0.125] },
  ]);
});

it('norms: Euclidean, and the size of the bias', () => {
  const frame = (epoch: number, bias: number) => ({
    epoch,
    parameters: { kernel: Float64Array.of(3, 4), weight: Float64Array.of(-5, 12), bias },
  });
  expect(lines(normsPlot({ frames: [frame(0, 0), frame(3, -2)] } as never))).toEqual([
    { name: 'weight', x: [0, 3], y: [13, 13] },
    { name: 'bias', x: [0, 3], y: [0, 2] },
    { name: 'kernel', x: [0, 3], y: [5, 5] },
  ]);
});

it('saturation: the share taught by the logit, and the logits of the epoch in the middle of their bins', () => {
  const counts = [0, 0, 7, 0, 5, 0];
  const run = {
    logitBins: { from: -25, width: 10 },
    frames: [{ logitCounts: null }, { logitCounts: counts }],
  } as unknown as Run;
  const plot = saturationPlot(run, { epoch: 1, logitCounts: counts } as never);
  const [curve, bars] = plot.data as unknown as { x: number[]; y: number[]; marker: { color: string[] } }[];
  expect(curve!.x[0]).toBe(-22);
  // Bin 4 ends at 25, beyond the range that is always shown.
  expect(curve!.x.at(-1)).toBe(25);
  const q = 1 / (1 + Math.exp(16));
  expect(curve!.y[curve!.x.indexOf(-16)]).toBeCloseTo(q / (q + 1e-7), 12);
  expect(bars!.x).toEqual([-20, -10, 0, 10, 20, 30]);
  expect(bars!.y).toEqual(counts);
  // The first bin ends at -15, within half a bin of -16.1: so wrong that less than half of the gradient is kept.
  expect(bars!.marker.color.map((color) => color === bars!.marker.color[0])).toEqual([
    ...[true, false, false, false, false, false],
  ]);
});

describe('gradients', () => {
  const some = (left: number | null, right: number | null, allowed: number): ScatterPoint => ({
    ...{ epoch: 1, sample: 2, index: [3] },
    left,
    right,
    allowed,
  });

  it('a point is over from above what is allowed; what is no number is', () => {
    expect(
      [some(1, 1.5, 0.5), some(1, 1.5, 0.49), some(1.5, 1, 0.49), some(null, 1, 9), some(1, null, 9)].map(
        isOver,
      ),
    ).toEqual([false, true, true, true, true]);
  });

  it('the size of an element across, its difference up; those over what is allowed apart', () => {
    const points = [some(-4, -4.5, 1), some(2, 3, 0.5), some(null, 1, 1)];
    const plot = scatterPlot(
      [{ precision: 'float64', parameter: 'weight', elements: 3, equal: 0, points }] as never,
      'weight',
    );
    const [within, unit, allowed, over] = lines(plot);
    expect(within).toEqual({ name: 'float64', x: [4.5], y: [0.5] });
    // Up to the power of two above the largest size; in [4, 8) a unit is 2^-50.
    expect(unit).toEqual({ name: '1 ULP', x: [2, 4, 8], y: [2 ** -51, 2 ** -50, 2 ** -49] });
    expect(allowed).toEqual({ name: 'most allowed', x: [1, 10], y: [1, 1] });
    expect(over).toEqual({ name: 'over what is allowed', x: [3], y: [1] });
    expect(lines(scatterPlot([], 'weight'))).toEqual([]);
  });

  it('the worst error by epoch in both precisions, 0 left out, under the line at 1', () => {
    const row = (epoch: number, kernel: number) => ({
      epoch,
      maxAbs: { kernel: kernel / 2, weight: 9, bias: 9 },
      maxOverAllowed: { kernel, weight: 9, bias: 9 },
    });
    const rows = { perEpoch: [row(1, 0.5), row(2, 0)], perEpochFloat64: [row(1, 0.25)] } as never;
    expect(lines(errorPlot(rows, 'kernel'))).toEqual([
      { name: 'float32', x: [1, 2], y: [0.5, null] },
      { name: 'float64', x: [1], y: [0.25] },
      { name: 'allowed', x: [1, 2], y: [1, 1] },
    ]);
  });
});
