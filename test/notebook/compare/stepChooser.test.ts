import { expect, it } from '@jest/globals';
import { StepChooser, type WalkedStep } from '../../../src/notebook/compare/finiteDifferences.ts';

const PARAMETERS = { kernel: new Float64Array(25), weight: new Float64Array(144), bias: 0 };

/** The steps that are chosen of a run of one epoch, by what for. */
function chosenOf(count: number, figures: (sample: number) => Partial<WalkedStep>): Record<string, number[]> {
  const chooser = new StepChooser(count);
  for (let sample = 0; sample < count; sample++)
    chooser.note({
      ...{ place: { epoch: 1, sample }, parameters: PARAMETERS, towardsLabel: 1, logit: 1, open: 72 },
      ...figures(sample),
    });
  const chosen: Record<string, number[]> = {};
  for (const { step, reason } of chooser.chosen()) {
    chosen[reason] ??= [];
    chosen[reason].push(step.place.sample);
  }
  return chosen;
}

it('takes eight steps spread over the run, the three most wrong and the three with the fewest open ReLUs', () => {
  const wrong = new Map([
    [20, -9],
    [31, -3],
    [40, -8],
    [41, -7],
  ]);
  // None open is dead, and has no gradient to look at.
  const open = new Map([[2, 0], [15, 1], [16, 5], [17, 3], [18, 4]]); // biome-ignore format: tables
  const chosen = chosenOf(71, (sample) => ({
    towardsLabel: wrong.get(sample) ?? 1,
    open: open.get(sample) ?? 72,
  }));
  expect(chosen).toEqual({
    saturated: [20, 40, 41],
    'nearly dead': [15, 17, 18],
    spread: [0, 10, 30, 50, 60, 70],
  });
});

it('takes each step once, for the rarest reason, and the first of equals', () => {
  expect(chosenOf(9, () => ({}))).toEqual({ saturated: [0, 1, 2], spread: [3, 4, 5, 6, 7] });
});
