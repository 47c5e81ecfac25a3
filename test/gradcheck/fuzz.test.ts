import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import * as tf from 'backproof/float64';
import { fuzzOne, optionsOf } from '../../scripts/fuzz/fuzzOne.ts';
import type { Judge } from '../../scripts/fuzz/judged.ts';
import { FAMILIES } from '../../scripts/fuzz/ops/index.ts';
import type { Outcome } from '../../scripts/fuzz/outcome.ts';
import { gradcheck } from '../../src/gradcheck/gradcheck.ts';
import type { Status } from '../../src/gradcheck/types.ts';
import { backproof, scratchFolders } from '../support/cli.ts';

/** Seeds that give one function of every family. */
const SEEDS = FAMILIES.map((_, seed) => seed);

beforeAll(() => tf.ready());
const scratch = scratchFolders();

/** A checker that checks nothing and always gives the same status. */
async function stubborn(status: Status): Promise<Judge> {
  const said = await gradcheck({ inputs: { x: [1, 2] }, forward: (tf, { x }) => tf.square(x!) });
  return async () => ({ ...said, status });
}

async function outcomesOf(judge: Judge, seeds: readonly number[], shrink = false): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const seed of seeds) outcomes.push(await fuzzOne(seed, { tf, judge, shrink }));
  return outcomes;
}

describe('the fuzzer notices', () => {
  it('a checker that always passes: every planted mistake that counts is missed', async () => {
    const outcomes = await outcomesOf(await stubborn('pass'), SEEDS);
    const verdicts = outcomes.map(({ planted }) => planted);
    expect(verdicts.filter((verdict) => verdict === 'caught')).toEqual([]);
    expect(verdicts.filter((verdict) => verdict === 'missed').length).toBeGreaterThan(SEEDS.length * 0.6);
  });

  it('a checker that always fails: every right function is a false alarm', async () => {
    const outcomes = await outcomesOf(await stubborn('fail'), SEEDS);
    expect(outcomes.map(({ right }) => right)).toEqual(SEEDS.map(() => 'false alarm'));
  });

  it('a checker that never decides: nothing passed, nothing caught', async () => {
    const outcomes = await outcomesOf(await stubborn('inconclusive'), SEEDS);
    const decided = outcomes.filter(
      ({ right, planted, family }) =>
        family !== 'empty' && (right !== 'inconclusive' || planted !== 'not run'),
    );
    expect(decided).toEqual([]);
  });
});

it('makes the same function of a seed, whatever came before', async () => {
  const judge = await stubborn('fail');
  const seeds = SEEDS.slice(0, 6);
  const forwards = await outcomesOf(judge, seeds);
  const backwards = await outcomesOf(judge, seeds.toReversed());
  expect(backwards.toReversed()).toEqual(forwards);
  expect(new Set(forwards.map(({ file }) => file)).size).toBe(seeds.length);
});

it('prints functions as files that check takes: a right one passes, one with a mistake fails', async () => {
  const folder = await scratch();
  const checked = async (outcome: Outcome): Promise<number | null> => {
    const file = join(folder, `${outcome.right.replace(' ', '-')}.ts`);
    await writeFile(file, outcome.file!);
    const { code } = await backproof(['check', file]);
    return code;
  };
  // Ordinary checks, with a mistake that cannot be overlooked.
  const ordinary = Array.from({ length: 200 }, (_, seed) => seed).filter(
    (seed) => Object.keys(optionsOf(seed)).length === 2 && FAMILIES[seed % FAMILIES.length] === 'matmul',
  );
  const missed = (await outcomesOf(await stubborn('pass'), ordinary)).find(
    ({ planted, kind }) => planted === 'missed' && kind !== null && /sign of all|x 2/.test(kind),
  )!;
  const [accused] = await outcomesOf(await stubborn('fail'), [missed.seed]);
  expect([accused!.right, await checked(accused!)]).toEqual(['false alarm', 0]);
  expect([missed.right, await checked(missed)]).toEqual(['passed', 3]);
});

it('shrinks to a smaller function with the same fault', async () => {
  const judge = await stubborn('pass');
  const composition = FAMILIES.indexOf('composition');
  const seeds = Array.from({ length: 20 }, (_, turn) => composition + turn * FAMILIES.length);
  const long = (await outcomesOf(judge, seeds)).find(
    ({ planted, ops }) => planted === 'missed' && ops.length > 3,
  )!;
  const [short] = await outcomesOf(judge, [long.seed], true);
  expect(short!.planted).toBe('missed');
  expect(short!.file!.length).toBeLessThanOrEqual(long.file!.length);
  expect(short!.ops.length).toBeLessThanOrEqual(2);
});

/** Number of functions: more in the gate than for a developer who waits for the result. */
const FUNCTIONS = process.env.CI === 'true' ? 2000 : 150;

/** The part of the output of `npm run fuzz -- --json` that is read here. */
interface FuzzResult {
  readonly functions: number;
  readonly inconclusive: number;
  readonly outcomes: readonly Outcome[];
}

it(`the checker misses no mistake and accuses nobody falsely in ${FUNCTIONS} functions`, async () => {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const script = ['--tsconfig', 'scripts/fuzz/tsconfig.json', 'scripts/fuzz/main.ts'];
  const tsx = join(root, 'node_modules', 'tsx', 'dist', 'cli.mjs');
  // The exit code tells the same, but the output is more useful if the test fails.
  const { stdout } = await new Promise<{ stdout: string }>((resolve) => {
    const args = [tsx, ...script, '--seeds', String(FUNCTIONS), '--json'];
    execFile(process.execPath, args, { cwd: root, maxBuffer: 2 ** 28 }, (_, stdout) => resolve({ stdout }));
  });
  const { functions, inconclusive, outcomes } = JSON.parse(stdout) as FuzzResult;
  const seedsOf = (fault: readonly Outcome[]): string[] =>
    fault.map(({ seed, family, detail }) => `npm run fuzz -- --seed ${seed} --shrink: ${family}: ${detail}`);
  expect(functions).toBe(FUNCTIONS);
  expect(seedsOf(outcomes.filter(({ planted }) => planted === 'missed'))).toEqual([]);
  expect(seedsOf(outcomes.filter(({ right }) => right === 'false alarm'))).toEqual([]);
  expect(outcomes.filter(({ planted }) => planted === 'caught').length).toBeGreaterThan(0.75 * FUNCTIONS);
  expect(inconclusive).toBeLessThanOrEqual(0.02 * functions);
}, 900_000);
