import { expect, it } from '@jest/globals';
import * as tf from 'backproof/float64';
import { type ExactOutcome, exactOne, isExactFault } from '../../../scripts/fuzz/exact.ts';

const FUNCTIONS = 300;

it('random functions: a right one is never refuted, one wrong in an element by 1e-6 to 1e-18 of it is never proved', async () => {
  await tf.ready();
  const outcomes: ExactOutcome[] = [];
  for (let seed = 1; seed <= FUNCTIONS; seed++) {
    const outcome = await exactOne(tf, seed);
    if (outcome !== null) outcomes.push(outcome);
  }
  expect(outcomes.filter(isExactFault)).toEqual([]);
  const proved = outcomes.filter(({ right }) => right === 'proved');
  expect(proved.length).toBeGreaterThan(0.9 * FUNCTIONS);
  const refuted = outcomes.filter(({ planted }) => planted === 'refuted');
  expect(refuted.length).toBeGreaterThan(FUNCTIONS / 2);
}, 300_000);
