import { describe, expect, it } from '@jest/globals';
import type { Data } from 'plotly.js-dist-min';
import type { Run } from '../../../src/notebook/inference/run.ts';
import { legendBelow, type PlotSpec } from '../../../src/report/parts/figureSpec.ts';
import { errorPlot, scatterPlot } from '../../../src/report/sections/gradients/figure.ts';
import { differencePlot, kernelPlot, largestChange } from '../../../src/report/sections/kernel/figure.ts';
import { normsPlot } from '../../../src/report/sections/kernel/norms.ts';
import { livePlot } from '../../../src/report/sections/live/figure.ts';
import { activePlot } from '../../../src/report/sections/relu/active.ts';
import { binStart, preActivationPlot } from '../../../src/report/sections/relu/preActivations.ts';
import { saturationPlot } from '../../../src/report/sections/saturation/figure.ts';
import { sweepAccuracyPlot, sweepLossPlot } from '../../../src/report/sections/sweep/figure.ts';
import { rocPlot } from '../../../src/report/sections/test/roc.ts';
import { accuracyPlot } from '../../../src/report/sections/training/accuracy.ts';
import { lossPlot } from '../../../src/report/sections/training/loss.ts';
import { twoActivePlot, twoLossesPlot } from '../../../src/report/sections/twoRuns/figure.ts';
import type { TrainResult } from '../../../src/results/train.ts';

/** An axis without the looks that all have: their grid's colours, and no line at 0. */
const axis = ({ layout }: PlotSpec, name: 'xaxis' | 'yaxis' | 'yaxis2' = 'yaxis'): object => {
  const { title, gridcolor, linecolor, zeroline, ...rest } = layout[name]!;
  expect([gridcolor, linecolor, zeroline]).toEqual(['#dfe4ea', '#dfe4ea', false]);
  return rest;
};
/** The widths of lines and the sizes of markers. */
const strokes = ({ data }: PlotSpec): unknown[] =>
  (data as Extract<Data, { type?: 'scatter' }>[]).map(({ line, marker }) => [line?.width, marker?.size]);
const modes = ({ data }: PlotSpec): unknown[] => data.map((line) => (line as { mode?: string }).mode);
const run = (losses: number[], more: object = {}): TrainResult =>
  ({ losses, checkpoints: [], diagnosis: { activeFraction: losses }, ...more }) as unknown as TrainResult;
const long = Array.from({ length: 31 }, () => 0.5);

it('loss: from 0, with markers where there are few', () => {
  const plot = lossPlot(run([0.5, 0.25]));
  expect([plot.cursor, axis(plot), strokes(plot)]).toEqual([true, { rangemode: 'tozero' }, [[2, undefined]]]);
  expect(axis(plot, 'xaxis')).toMatchObject({ range: [0, 2.5] });
  expect([modes(plot), modes(lossPlot(run(long)))]).toEqual([['lines+markers'], ['lines']]);
});

it('accuracy: from the tenth below the lowest one up to 1, with a legend', () => {
  const point = (epoch: number, trainAccuracy: number | null, testAccuracy: number | null) => ({
    ...{ epoch, trainAccuracy, testAccuracy },
  });
  const checkpoints = [point(0, 0.875, null), point(1, 0.75, 0.625)];
  const plot = accuracyPlot(run([1], { checkpoints }));
  expect(plot.data.map(({ name }) => name)).toEqual(['training images', 'test images']);
  expect(axis(plot)).toEqual({ range: [0.58, 1.02], tickformat: '.0%', nticks: 7 });
  expect([axis(plot, 'xaxis'), strokes(plot)]).toMatchObject([
    { range: [0, 1.5] },
    [
      [2, 6],
      [2, 6],
    ],
  ]);
  expect(plot).toMatchObject({ cursor: true, layout: { showlegend: true, ...legendBelow } });
  expect(axis(accuracyPlot(run([1])))).toMatchObject({ range: [0.98, 1.02] });
});

it('ROC: a square from 0 to 1 with some room, and its legend in the corner below the curve', () => {
  const plot = rocPlot([], { falsePositives: 0, truePositives: 1 }, 0.5, 'ROC', {
    positive: 1,
    negative: 8,
  } as never);
  const square = { range: [-0.03, 1.03], tickformat: '.0%', constrain: 'domain' };
  expect([axis(plot, 'xaxis'), axis(plot)]).toEqual([square, { ...square, scaleanchor: 'x' }]);
  expect(strokes(plot)).toEqual([
    [1.5, undefined],
    [2.5, undefined],
    [undefined, 12],
  ]);
  expect(plot.layout.legend).toEqual({ x: 0.98, y: 0.05, xanchor: 'right', yanchor: 'bottom' });
});

it('open ReLUs: from 0 to 1, with a legend where there are classes', () => {
  const some = [{ epoch: 2, relus: { open: [0.5, 0.25] } }] as never;
  const plot = activePlot(run([0.5, 0.4]), some, ['8', '1']);
  expect(axis(plot)).toEqual({ range: [0, 1.02], tickformat: '.0%', nticks: 6 });
  expect([axis(plot, 'xaxis'), strokes(plot)]).toMatchObject([
    { range: [0, 2.5] },
    [
      [2, undefined],
      [2, 6],
      [2, 6],
    ],
  ]);
  expect(plot).toMatchObject({ cursor: true, layout: legendBelow });
  const bare = activePlot(run([0.5]), [], ['8', '1']);
  expect([bare.data.length, bare.layout.margin!.b, bare.layout.legend]).toEqual([1, 48, undefined]);
});

it('norms: from 0, up to the last epoch', () => {
  const parameters = { kernel: [3], weight: [4], bias: 1 };
  const plot = normsPlot({ frames: [0, 3].map((epoch) => ({ epoch, parameters })) } as never);
  expect([axis(plot, 'xaxis'), axis(plot)]).toMatchObject([{ range: [0, 3.5] }, { rangemode: 'tozero' }]);
  expect([strokes(plot), plot.cursor]).toEqual([Array(3).fill([2, 7]), true]);
  expect(plot.layout).toMatchObject(legendBelow);
  expect(axis(normsPlot({ frames: [] } as unknown as Run), 'xaxis')).toMatchObject({ range: [0, 0.5] });
});

describe('saturation', () => {
  const runOf = (counts: number[]) =>
    ({
      logitBins: { from: -30, width: 4 },
      frames: [{ logitCounts: null }, { logitCounts: counts }],
    }) as unknown as Run;
  const plotOf = (counts: number[], epoch = 1) =>
    saturationPlot(runOf(counts), { epoch, logitCounts: epoch === 0 ? null : counts } as never);

  it('has the curve above the counts, from -22 to 8 or as far as there are logits', () => {
    const plot = plotOf([0, 0, 0, 7]);
    expect(axis(plot, 'xaxis')).toEqual({ range: [-22, 8], anchor: 'y2', nticks: 9 });
    expect(axis(plotOf([0, 0, 0, 0, 0, 0, 0, 0, 0, 7]), 'xaxis')).toMatchObject({ range: [-22, 10] });
    expect(axis(plotOf([0, 7]), 'xaxis')).toMatchObject({ range: [-26, 8] });
    expect(axis(plot)).toEqual({ domain: [0.52, 1], range: [-0.03, 1.05], dtick: 0.5, tickformat: '.0%' });
    const counts = { domain: [0, 0.42], type: 'log', dtick: 1, exponentformat: 'power' };
    // A decade at least; 0.05 of one above the highest bar.
    expect(axis(plot, 'yaxis2')).toEqual({ ...counts, range: [Math.log10(0.6), 1.05] });
    expect(axis(plotOf([0, 1000]), 'yaxis2')).toMatchObject({ range: [Math.log10(0.6), 3.05] });
    expect(plot.data).toMatchObject([
      { mode: 'lines', line: { width: 2 } },
      { yaxis: 'y2', width: 4 },
    ]);
    expect((plot.data[0] as { x: number[] }).x.slice(0, 3)).toEqual([-22, -21.75, -21.5]);
    expect(plot.layout).toMatchObject({ showlegend: false, bargap: 0 });
  });

  it('marks where the loss teaches half, from the bottom to the top', () => {
    const { shapes, annotations } = plotOf([7]).layout;
    const limit = Math.log(1e-7);
    expect(shapes).toMatchObject([{ y0: 0, y1: 1, yref: 'paper', line: { width: 1.5, dash: 'dash' } }]);
    expect(shapes![0]!.x0).toBeCloseTo(limit, 6);
    expect(annotations).toMatchObject([{ y: 0.5, showarrow: false, xshift: 8, xanchor: 'left' }]);
  });

  it('says whose logits they are, of which there are none before training', () => {
    expect(plotOf([7], 0).layout.title).toMatchObject({ text: 'What the logged loss teaches' });
    expect((plotOf([7], 0).data[1] as { x: unknown }).x).toEqual([]);
  });
});

it('pre-activations: all bins and the highest sum, with the open side marked', () => {
  const bins = { first: -2, width: 0.5, count: 4 };
  const counts = [
    [1, 0, 3, 0],
    [0, 2, 0, 0],
  ];
  const plot = preActivationPlot({ counts } as never, bins, ['8', '1'], 3);
  expect([0, 1.5, 4].map((bin) => binStart(bins, bin))).toEqual([-1, -0.25, 1]);
  expect(plot.data.map((bars) => (bars as { x: unknown }).x)).toEqual(
    Array(2).fill([-0.75, -0.25, 0.25, 0.75]),
  );
  expect(axis(plot, 'xaxis')).toEqual({ range: [-1, 1], nticks: 8 });
  const range = [Math.log10(0.6), Math.log10(4) + 0.1];
  expect(axis(plot)).toEqual({ type: 'log', range, dtick: 1, exponentformat: 'power' });
  const { shapes, annotations, ...rest } = plot.layout;
  expect(shapes).toMatchObject([
    { x0: 0, x1: 1, y0: 0, y1: 1, yref: 'paper', layer: 'below', line: { width: 0 } },
  ]);
  expect(annotations).toMatchObject([
    { x: 1, y: 1, text: 'open', showarrow: false, xanchor: 'right', xshift: -4 },
  ]);
  expect(rest).toMatchObject({ barmode: 'group', bargap: 0.1, ...legendBelow });
  const before = preActivationPlot({ counts } as never, bins, ['8', '1'], 0);
  expect(before.layout.title).toMatchObject({ text: 'Pre-activations before training' });
});

describe('kernels', () => {
  const plot = kernelPlot(Float64Array.of(1, 2, 3, 4), 'A kernel');

  it('are squares with the first row on top, and a tick at each tap or at every other', () => {
    const axes = { dtick: 1, zeroline: false, showgrid: false, constrain: 'domain' };
    expect(plot.layout).toMatchObject({
      ...{ xaxis: axes, yaxis: { ...axes, autorange: 'reversed', scaleanchor: 'x' } },
      margin: { l: 36, r: 8, t: 44, b: 32 },
    });
    const dtick = (side: number) => kernelPlot(new Float64Array(side ** 2), '').layout.xaxis!.dtick;
    expect([9, 10].map(dtick)).toEqual([1, 2]);
    const bar = { thickness: 14, outlinewidth: 0, len: 1 };
    expect(plot.data).toMatchObject([
      {
        z: [
          [1, 2],
          [3, 4],
        ],
        zsmooth: false,
        colorbar: bar,
      },
    ]);
  });

  it('differ on a scale that has 0 in the middle, whatever the difference', () => {
    const scale = (largest: number) => {
      const [map] = differencePlot(new Float64Array(4), largest, '').data as { zmin: number; zmax: number }[];
      return [map!.zmin, map!.zmax];
    };
    expect([scale(0.5), scale(0)]).toEqual([
      [-0.5, 0.5],
      [-1, 1],
    ]);
    const colorscale = [
      [0, '#2166ac'],
      [0.25, '#92c5de'],
      [0.5, '#f7f7f7'],
      [0.75, '#f4a582'],
      [1, '#b2182b'],
    ];
    expect(differencePlot(Float64Array.of(1), 1, '').data).toMatchObject([{ colorscale }]);
    expect(differencePlot(Float64Array.of(1), 1, '').data).toMatchObject([{ z: [[1]], zsmooth: false }]);
  });

  it('change most at one tap in one epoch, up or down', () => {
    const frames = [
      [1, -2],
      [1.5, -3],
      [0, -2],
    ].map((kernel) => ({ parameters: { kernel: Float64Array.from(kernel) } }));
    expect([
      largestChange({ frames } as never),
      largestChange({ frames: frames.slice(0, 2) } as never),
    ]).toEqual([1, 1]);
    expect(largestChange({ frames: [frames[2], frames[1]] } as never)).toBe(1.5);
  });
});

describe('gradients', () => {
  const scatter = (precision: string, left: number, right: number) => ({
    ...{ precision, parameter: 'weight', elements: 1, equal: 0 },
    points: [{ epoch: 1, sample: 2, index: [3], left, right, allowed: 0.5 }],
  });

  it('elements: both precisions, each line named once', () => {
    const plot = scatterPlot([scatter('float32', 4, 4.25), scatter('float64', 4, 5)] as never, 'weight');
    expect(plot.data.map((line) => [line.name, (line as { showlegend?: boolean }).showlegend])).toEqual([
      ...[
        ['float32', undefined],
        ['float64', undefined],
        ['1 ULP', true],
        ['1 ULP', false],
      ],
      ...[
        ['most allowed', true],
        ['most allowed', false],
        ['over what is allowed', undefined],
      ],
    ]);
    expect(strokes(plot)).toEqual([
      ...[
        [undefined, 5],
        [undefined, 5],
        [1.5, undefined],
        [1.5, undefined],
      ],
      ...[
        [2, undefined],
        [2, undefined],
        [undefined, 8],
      ],
    ]);
    expect(plot.data[0]).toMatchObject({ marker: { opacity: 0.75 } });
    // Sizes 4.25 and 5; differences 0.25 and 1, of which 0.5 is allowed.
    expect([axis(plot, 'xaxis'), axis(plot)]).toMatchObject([
      { range: [-0.15, 1.15] },
      { range: [-1.15, 0.15] },
    ]);
    expect(plot.layout).toMatchObject({ margin: { b: 96 }, legend: { orientation: 'h', x: 0, y: -0.24 } });
  });

  it('elements: what is allowed decade by decade, the most of each, from the smallest on', () => {
    const point = (left: number, allowed: number) => ({
      index: [0],
      epoch: 1,
      sample: 0,
      left,
      right: left,
      allowed,
    });
    const points = [point(20, 4), point(2, 1), point(3, 2), point(4, 1)];
    const plot = scatterPlot([{ precision: 'float64', parameter: 'bias', points }] as never, 'bias');
    expect(plot.data[2]).toMatchObject({ x: [1, 10, 10, 100], y: [2, 2, 4, 4] });
  });

  it('errors: by epoch, with the limit from the first to the last', () => {
    const row = (epoch: number, kernel: number) => ({
      epoch,
      maxAbs: { kernel },
      maxOverAllowed: { kernel },
    });
    const plot = errorPlot(
      { perEpoch: [row(2, 0.5), row(3, 0)], perEpochFloat64: [row(2, 0.02)] } as never,
      'kernel',
    );
    expect(plot.data[2]).toMatchObject({ x: [2, 3], y: [1, 1], marker: { size: 1 } });
    expect(strokes(plot)).toEqual([
      [2, 7],
      [2, 7],
      [2, 1],
    ]);
    expect([axis(plot, 'xaxis'), axis(plot)]).toMatchObject([{ range: [0, 3.5] }, { range: [-2.15, 0.15] }]);
    expect([plot.cursor, plot.layout.legend]).toMatchObject([true, { y: -0.24 }]);
    const none = errorPlot({ perEpoch: [], perEpochFloat64: [] }, 'kernel');
    expect([none.data[2], axis(none)]).toMatchObject([{ x: [1, 1] }, { range: [-0.15, 1.15] }]);
  });
});

it('tries: over the run, on decades, as long as the longest; the try before is thin', () => {
  const plot = livePlot({ run: [1, 0.5], now: [1, 0.1, 0.02], before: [] });
  expect(plot.data.map(({ name, visible }) => [name, visible])).toEqual([
    ...[
      ['the try before', false],
      ['the run', true],
      ['this try', true],
    ],
  ]);
  expect(strokes(plot).map((stroke) => (stroke as number[])[0])).toEqual([1.5, 2, 2]);
  expect([axis(plot, 'xaxis'), axis(plot)]).toMatchObject([{ range: [0, 3.5] }, { range: [-2.15, 0.15] }]);
  expect(plot.layout).toMatchObject({ showlegend: true, ...legendBelow });
  expect(axis(livePlot({ run: [], now: [], before: [0.01] }), 'xaxis')).toMatchObject({ range: [0, 1.5] });
});

it('two runs: both as long as the longer one', () => {
  const runs = [run([1, 0.5]), run([1, 0.1, 0.02])];
  const [losses, active] = [twoLossesPlot(runs, ['a', 'b']), twoActivePlot(runs, ['a', 'b'])];
  for (const plot of [losses, active]) {
    expect([axis(plot, 'xaxis'), plot.layout]).toMatchObject([{ range: [0, 3.5] }, legendBelow]);
    expect([strokes(plot), plot.cursor]).toEqual([
      [
        [2, undefined],
        [2, undefined],
      ],
      true,
    ]);
  }
  expect([axis(losses), axis(active)]).toMatchObject([
    { range: [-2.15, 0.15] },
    { range: [0, 1], tickformat: '.0%' },
  ]);
  expect(axis(twoActivePlot([run([])], ['a']), 'xaxis')).toMatchObject({ range: [0, 1.5] });
});

describe('sweep', () => {
  const sweepOf = (lastLoss: (number | null)[], testAccuracy: object | null = {}) => {
    const nulls = lastLoss.map(() => null);
    const runs = { lastLoss, trainAccuracy: [0.9, 1], testAccuracy: [0.5, 1], diverged: nulls };
    return {
      runs: { ...runs, deadReluSince: nulls, stalledSince: nulls },
      summary: { testAccuracy },
    } as never;
  };
  const ticks = (losses: number[]) => {
    const { tickvals, ticktext } = axis(sweepLossPlot(sweepOf(losses)), 'xaxis') as Record<string, unknown[]>;
    return tickvals!.map((value, at) => [value, ticktext![at]]);
  };

  it('losses: a tick at each decade, in numbers down to a hundredth', () => {
    expect(ticks([0.5])).toEqual([
      [-1, '0.1'],
      [0, '1'],
    ]);
    expect(ticks([0.0005, 2])).toEqual([
      [-4, '1e-4'],
      [-3, '1e-3'],
      [-2, '0.01'],
      [-1, '0.1'],
      [0, '1'],
      [1, '10'],
    ]);
    expect(ticks([])).toEqual([
      [0, '1'],
      [1, '10'],
    ]);
  });

  it('bars: on each other, with a narrow gap', () => {
    const [losses, shares] = [sweepLossPlot(sweepOf([0.5])), sweepAccuracyPlot(sweepOf([0.5, 0.5]))];
    for (const plot of [losses, shares])
      expect(plot.layout).toMatchObject({ barmode: 'stack', bargap: 0.06, ...legendBelow });
    expect([axis(losses), axis(shares, 'xaxis')]).toEqual([{}, { tickformat: '.0%' }]);
    const bins = (plot: PlotSpec) => (plot.data[0] as { text: string[] }).text;
    expect([bins(shares)[0], bins(shares).at(-1)]).toEqual(['50 to 52 %', '98 to 100 %']);
    // Without test images those of the training images.
    const trained = sweepAccuracyPlot(sweepOf([0.5, 0.5], null));
    expect([bins(trained)[0], trained.layout.xaxis!.title]).toMatchObject([
      '90 to 92 %',
      { text: 'Share of the training images read right' },
    ]);
  });
});
