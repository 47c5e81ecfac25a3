import { describe, expect, it } from '@jest/globals';
import { accuracyOf, areaUnderCurve, evaluate } from '../../../src/notebook/engines/evaluate.ts';

describe('the area under the ROC curve', () => {
  it.each([
    ['all in order', [0.1, 0.2, 0.8, 0.9], [0, 0, 1, 1], 1],
    ['all the wrong way', [0.9, 0.8, 0.2, 0.1], [0, 0, 1, 1], 0],
    ['three of four pairs', [0.1, 0.6, 0.4, 0.9], [0, 0, 1, 1], 0.75],
    ['a tie counts half', [0.1, 0.5, 0.5, 0.9], [0, 0, 1, 1], 0.875],
    ['all tied', [0.5, 0.5, 0.5], [0, 1, 1], 0.5],
  ])('%s', (_, predictions, labels, area) => {
    expect(areaUnderCurve(Float64Array.from(predictions), Uint8Array.from(labels))).toBeCloseTo(area, 15);
  });

  it.each([
    ['no positive', [0, 0]],
    ['no negative', [1, 1]],
  ])('%s: there is none', (_, labels) => {
    expect(areaUnderCurve(Float64Array.of(0.1, 0.9), Uint8Array.from(labels))).toBeNull();
  });
});

it('accuracy: the share on the right side; none without samples', () => {
  expect(
    accuracyOf({
      confusion: [
        [3, 1],
        [2, 4],
      ],
    }),
  ).toBe(0.7);
  expect(
    accuracyOf({
      confusion: [
        [0, 0],
        [0, 0],
      ],
    }),
  ).toBeNull();
});

it('one output, open at a bright image and closed at a dark one: what is counted', () => {
  // The kernel covers the image: the pre-activation is the sum of its pixels.
  const pixels = new Float32Array(3 * 256);
  pixels[0] = 2;
  pixels[256] = -2;
  const { predictions, confusion, accuracy, activeFraction } = evaluate(
    { kernel: new Float64Array(256).fill(1), weight: Float64Array.of(3), bias: 0 },
    { count: 3, pixels, labels: Uint8Array.of(1, 1, 0) } as never,
  );
  // A prediction of exactly one half is class 0.
  expect([...predictions]).toEqual([1 / (1 + Math.exp(-6)), 0.5, 0.5]);
  expect(confusion).toEqual([
    [1, 0],
    [1, 1],
  ]);
  expect(accuracy).toBeCloseTo(2 / 3, 15);
  expect(activeFraction).toBeCloseTo(1 / 3, 15);
});
