import { beforeAll, describe, expect, it } from '@jest/globals';
import { merged } from '../../../src/notebook/sweep/merge.ts';
import { withListsInLines } from '../../../src/results/file.ts';
import { type SweepResult, sweepSchema } from '../../../src/results/sweep.ts';
import { lasting, planWith, sweepOf } from './plans.ts';

let whole: SweepResult;
const shards = new Map<string, SweepResult>();
const shard = (index: number, of: number): SweepResult => shards.get(`${index}/${of}`)!;
const sources = (...results: SweepResult[]) =>
  results.map((result, at) => ({ file: `shard${at + 1}.json`, result }));
const copyOf = (result: SweepResult): SweepResult => structuredClone(result);

beforeAll(async () => {
  whole = await sweepOf(planWith());
  for (const shardCount of [2, 3, 5]) {
    for (let index = 1; index <= shardCount; index++) {
      shards.set(`${index}/${shardCount}`, await sweepOf(planWith({}, { index, of: shardCount })));
    }
  }
});

describe('shards', () => {
  it.each([2, 3, 5])('%i of them merge to the whole, byte for byte, in any order', (of) => {
    const all = Array.from({ length: of }, (_, at) => shard(at + 1, of));
    for (const some of [all, all.toReversed()]) {
      const { timing, ...rest } = merged(sources(...some));
      expect(withListsInLines(lasting({ ...rest, timing }))).toBe(withListsInLines(lasting(whole)));
      expect(timing.parts.map((part) => part.shard?.of)).toEqual(some.map(() => of));
      const milliseconds = some.flatMap((result) => result.timing.milliseconds);
      expect(timing.milliseconds.toSorted()).toEqual(milliseconds.toSorted());
      expect(() => sweepSchema.parse({ ...rest, timing, provenance: whole.provenance })).not.toThrow();
    }
  });

  it('of two ways of dealing, and the whole beside one of them, merge where they agree', () => {
    expect(lasting(merged(sources(shard(1, 2), shard(1, 3), shard(2, 2))))).toEqual(lasting(whole));
    expect(lasting(merged(sources(whole, shard(1, 2))))).toEqual(lasting(whole));
    expect(lasting(merged(sources(whole)))).toEqual(lasting(whole));
  });

  it('more than there are runs are empty, and merge all the same', async () => {
    const few = { seeds: '3', learningRates: [0.1], pairs: [{ positive: 1, negative: 8 }] };
    const [one, none] = [
      await sweepOf(planWith(few, { index: 1, of: 2 })),
      await sweepOf(planWith(few, { index: 2, of: 2 })),
    ];
    expect([one.summary.runs, none.summary.runs, none.summary.deadShare]).toEqual([1, 0, null]);
    expect(merged(sources(one, none)).summary.runs).toBe(1);
  });
});

describe('what does not belong together is refused', () => {
  it.each<[string, () => SweepResult[], RegExp]>([
    [
      'a gap',
      () => [shard(1, 3), shard(3, 3)],
      /got 16; missing: seeds 1,4 of 1v8 at learning rate 0\.1; .*0\.5/,
    ],
    ['nothing', () => [], /got none/],
    [
      'another number of epochs',
      () => [shard(1, 2), { ...shard(2, 2), config: { ...shard(2, 2).config, epochs: 3 } }],
      /got shard2\.json, .* another than shard1\.json: epochs 3, not 2/,
    ],
    [
      'other seeds',
      () => [shard(1, 2), { ...shard(2, 2), config: { ...shard(2, 2).config, seeds: '0-5' } }],
      /seeds 0-5, not 0-4,9/,
    ],
    [
      'other images',
      () => {
        const other = copyOf(shard(2, 2));
        other.data.pairs[0]!.indices[0]!++;
        return [shard(1, 2), other];
      },
      /other images/,
    ],
    [
      'another version',
      () => [shard(1, 2), { ...shard(2, 2), provenance: { ...whole.provenance, version: '0.0.9' } }],
      /version 0\.0\.9, not 0\.1\.0/,
    ],
    [
      'runs that disagree',
      () => {
        const other = copyOf(shard(1, 3));
        other.runs.lastLoss[1]! += 1e-9;
        return [shard(1, 2), shard(2, 2), other];
      },
      /seed 3 of 1v8 at learning rate 0\.1 to be the same in shard2\.json and shard3\.json, got lastLoss/,
    ],
    [
      'a run that is not of its configuration',
      () => {
        const other = copyOf(shard(2, 2));
        other.runs.seed[0] = 77;
        return [shard(1, 2), other];
      },
      /shard2\.json: expected runs of its configuration, got another in row 0/,
    ],
  ])('%s', (_name, results, message) => {
    expect(() => merged(sources(...results()))).toThrow(message);
  });

  it('a failed run is no gap, and gives way to the same run where it went well', () => {
    const failing = copyOf(shard(1, 2));
    const { run, seed, pair, learningRate } = failing.runs;
    const failed = {
      run: run[0]!,
      seed: seed[0]!,
      pair: pair[0]!,
      learningRate: learningRate[0]!,
      message: 'died',
    };
    for (const column of Object.values(failing.runs)) column.shift();
    failing.timing.milliseconds.shift();
    failing.failed.push(failed);
    const result = merged(sources(failing, shard(2, 2)));
    expect([result.failed, result.summary.runs]).toEqual([[failed], 23]);
    expect(lasting(merged(sources(failing, shard(2, 2), shard(1, 5))))).toEqual(lasting(whole));
  });
});
