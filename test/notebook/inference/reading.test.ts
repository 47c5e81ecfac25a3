import { describe, expect, it } from '@jest/globals';
import { areaUnderCurve } from '../../../src/notebook/engines/evaluate.ts';
import {
  agreementOf,
  confusionAt,
  misread,
  type RocPoint,
  readAll,
  rocCurve,
} from '../../../src/notebook/inference/reading.ts';
import type { Run } from '../../../src/notebook/inference/run.ts';
import { decodeRun, embedRun } from '../../../src/report/embeddedRun.ts';
import { realRun } from '../../support/realRun.ts';

const real = realRun({ epochs: 3 });
const run = real.then((train) => decodeRun(embedRun(train)));

const areaBelow = (curve: readonly RocPoint[]): number =>
  curve.slice(1).reduce((area, point, at) => {
    const before = curve[at]!;
    const width = point.falsePositives - before.falsePositives;
    return area + (width * (point.truePositives + before.truePositives)) / 2;
  }, 0);

describe('the test images as the page reads them', () => {
  it('have the run’s own confusion and accuracy at threshold 0.5', async () => {
    const { test } = await real;
    const { frames, images } = await run;
    const reading = readAll(frames.at(-1)!.parameters, images!.test);
    expect(confusionAt(reading.predictions, images!.test.labels, 0.5)).toEqual(test.confusion);
    const wrong = misread(reading, images!.test.labels, 0.5);
    expect(1 - wrong.length / test.count).toBeCloseTo(test.accuracy!, 12);
  });

  it('are all read as positive at threshold 0 and none at 1', async () => {
    const { frames, images } = await run;
    const { labels } = images!.test;
    const { predictions } = readAll(frames[0]!.parameters, images!.test);
    const positives = labels.reduce((sum, label) => sum + label, 0);
    expect(confusionAt(predictions, labels, 0)[0]).toEqual([0, labels.length - positives]);
    expect(confusionAt(predictions, labels, 1)[1]).toEqual([positives, 0]);
  });

  it('are wrong in the order of their losses, which are right at logits of any size', () => {
    const logits = Float64Array.of(800, -2, 1, -900, 0.5);
    const predictions = logits.map((logit) => 1 / (1 + Math.exp(-logit)));
    const wrong = misread({ logits, predictions }, Uint8Array.of(0, 1, 1, 1, 0), 0.5);
    expect(wrong.map(({ sample }) => sample)).toEqual([3, 0, 1, 4]);
    expect(wrong.map(({ loss }) => loss)).toEqual([
      900,
      800,
      expect.closeTo(-Math.log(1 / (1 + Math.exp(2))), 12),
      expect.closeTo(-Math.log(1 - 1 / (1 + Math.exp(-0.5))), 12),
    ]);
  });
});

describe('the ROC curve', () => {
  it('has under it what the run calls its area', async () => {
    const { test } = await real;
    const { frames, images } = await run;
    for (const { parameters } of frames) {
      const { predictions } = readAll(parameters, images!.test);
      const area = areaUnderCurve(predictions, images!.test.labels)!;
      expect(areaBelow(rocCurve(predictions, images!.test.labels))).toBeCloseTo(area, 12);
      if (parameters === frames.at(-1)!.parameters) expect(area).toBeCloseTo(test.auc!, 12);
    }
  });

  it('counts ties half, and keeps only its corners', () => {
    const labels = Uint8Array.of(1, 0, 1, 0, 1, 1, 0, 0);
    const ties = Float64Array.of(0.9, 0.9, 0.7, 0.7, 0.5, 0.3, 0.3, 0.1);
    expect(areaBelow(rocCurve(ties, labels))).toBeCloseTo(areaUnderCurve(ties, labels)!, 12);
    const separated = rocCurve(Float64Array.of(0.9, 0.8, 0.7, 0.2, 0.1), Uint8Array.of(1, 1, 1, 0, 0));
    expect(separated.map(({ falsePositives, truePositives }) => [falsePositives, truePositives])).toEqual([
      [0, 0],
      [0, 1],
      [1, 1],
    ]);
    expect(separated[1]!.rating).toBe(0.7);
  });

  it('is the diagonal where all are rated the same, and empty without one of the digits', () => {
    const same = rocCurve(new Float64Array(4).fill(0.5), Uint8Array.of(1, 0, 1, 0));
    expect(same).toHaveLength(2);
    expect(areaBelow(same)).toBe(0.5);
    expect(rocCurve(Float64Array.of(0.2, 0.4), Uint8Array.of(1, 1))).toEqual([]);
    expect(rocCurve(new Float64Array(0), new Uint8Array(0))).toEqual([]);
  });
});

describe('the page’s own inference', () => {
  it('agrees with the run on every test image', async () => {
    const { test } = await real;
    expect(agreementOf(await run)).toEqual({ images: test.count, differing: 0, largest: 0 });
  });

  it('is caught where a single prediction, pixel or weight is another', async () => {
    const right = await run;
    const predictions = right.predictions.map((value, at) => (at === 3 ? value + 1e-12 : value));
    const one = agreementOf({ ...right, predictions })!;
    expect(one.differing).toBe(1);
    expect(one.largest).toBeCloseTo(1e-12, 15);
    expect(agreementOf({ ...right, predictions: right.predictions.slice(1) })!.differing).toBeGreaterThan(1);

    const last = right.frames.at(-1)!;
    const weight = last.parameters.weight.map((value, at) => (at === 70 ? value + 1e-6 : value));
    const moved: Run = { ...right, frames: [{ ...last, parameters: { ...last.parameters, weight } }] };
    expect(agreementOf(moved)!.differing).toBeGreaterThan(0);

    const { train, test } = right.images!;
    const pixels = test.pixels.map((value, at) => (at < 256 ? 1 - value : value));
    expect(agreementOf({ ...right, images: { train, test: { ...test, pixels } } })!.differing).toBe(1);
  });

  it('has nothing to say without test images', async () => {
    expect(agreementOf({ ...(await run), images: null })).toBeNull();
  });
});
