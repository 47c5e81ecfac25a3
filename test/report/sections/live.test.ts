import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { configOf, defaults, readSettings } from '../../../src/commands/settings.ts';
import { startFused } from '../../../src/notebook/engines/fused/index.ts';
import { runEpochs } from '../../../src/notebook/engines/loop.ts';
import { mistakesFor } from '../../../src/notebook/model/mistakes.ts';
import { initialParameters } from '../../../src/notebook/model/parameters.ts';
import { decodeRun, embedRun } from '../../../src/report/embeddedRun.ts';
import { trainWithEveryMistake, unnoticed } from '../../../src/report/sections/live/everyMistake.ts';
import { LiveSession } from '../../../src/report/sections/live/session.ts';
import {
  commandOfTry,
  type LiveSettings,
  learningRateAt,
  learningRateRange,
  ownSettings,
  positionOf,
  seedRange,
} from '../../../src/report/sections/live/settings.ts';
import { trainAside } from '../../../src/report/sections/live/trainAside.ts';
import { LiveTrainer, type Try } from '../../../src/report/sections/live/trainer.ts';
import { outcomeOf } from '../../../src/report/sections/live/words.ts';
import { scratchFolders } from '../../support/cli.ts';
import { realRun } from '../../support/realRun.ts';

const scratch = scratchFolders();
const result = await realRun();
const run = decodeRun(embedRun(result));
const images = run.images!;
const own = ownSettings(run.config);

/** Runs a try in slices as small as possible. */
async function tried(changes: Partial<LiveSettings>, slice = 0): Promise<Try> {
  const trainer = await LiveTrainer.load(images, run.config.kernelSize);
  trainer.begin({ ...own, ...changes });
  for (;;) {
    const done = trainer.advance(slice);
    if (done) return done;
  }
}

describe('training in the page', () => {
  it('is the run itself with the run’s own settings, and has its accuracies', async () => {
    const now = await tried({});
    expect(now.losses).toEqual(result.losses);
    expect(Array.from(now.parameters.kernel)).toEqual(result.parameters.kernel.flat());
    expect(now.trainAccuracy).toBe(result.train.accuracy);
    expect(now.testAccuracy).toBe(result.test.accuracy);
    expect(now.activeFraction).toBe(result.diagnosis.activeFraction.at(-1));
    expect([now.deadReluSince, now.stalledSince, now.diverged]).toEqual([null, null, null]);
    expect((await tried({}, 1000)).losses).toEqual(now.losses);
  });

  // Seeds that learn, stall and die, and a learning rate that is too large.
  it.each([
    { seed: 2 },
    { seed: 3, learningRate: 0.5, epochs: 30 },
    { seed: 4, learningRate: 1, epochs: 30 },
    { learningRate: 2, epochs: 30 },
    { learningRate: 10, epochs: 30 },
  ])('is the engine with other settings: %j', async (changes) => {
    const { seed, learningRate, epochs } = { ...own, ...changes };
    const now = await tried(changes);
    const parameters = initialParameters(seed, run.config.kernelSize);
    const expected = await runEpochs(
      startFused({ samples: images.train, parameters, learningRate }),
      images.train,
      epochs,
    );
    expect(now.losses).toEqual(expected.losses);
    expect(now.parameters).toEqual(expected.parameters);
    expect([now.deadReluSince, now.stalledSince]).toEqual([expected.deadReluSince, expected.stalledSince]);
    expect(now.losses).not.toEqual(result.losses);
  });

  it('says dead since the epoch that the engine says', async () => {
    const { deadReluSince, testAccuracy } = await tried({ learningRate: 10, epochs: 30 });
    expect(deadReluSince).not.toBeNull();
    expect(testAccuracy).toBeLessThan(0.7);
  });

  it('ends where the logit leaves the numbers, with the epochs before', async () => {
    const now = await tried({ mistake: 'labelMinusPrediction', learningRate: 1 });
    expect(now.diverged?.epoch).toBe(now.losses.length + 1);
    expect(outcomeOf(now, run)).toMatch(/the logit diverged in epoch \d+, at sample \d+/);
    expect((await tried({})).losses).toEqual(result.losses);
  });

  it('with a planted mistake is another run, and says what it did', async () => {
    const now = await tried({ mistake: 'flippedLabel' });
    expect(now.losses.at(-1)).toBeGreaterThan(1);
    expect(outcomeOf(now, run)).toMatch(
      /^Trained with “p - y with y flipped” planted: the loss after 80 epochs is [\d.]+, in place of [\d.e-]+; [\d.]+% of [\d,]+ test images are read right, in place of [\d.]+%\.$/,
    );
  });

  it('says how near it is to the run with its settings', async () => {
    expect(outcomeOf(await tried({}), run)).toMatch(
      /^Trained the run’s own settings: .* Its losses are the run’s to 0\.$/,
    );
    expect(outcomeOf(await tried({ epochs: 3 }), run)).toMatch(/after 80 epochs.*to 0\.$/);
  });
});

it('a try without a mistake is the run again after one with a mistake', async () => {
  const trainer = await LiveTrainer.load(images, run.config.kernelSize);
  trainer.begin({ ...own, epochs: 2, mistake: 'flippedLabel' });
  expect(trainer.advance(Number.POSITIVE_INFINITY)!.losses).not.toEqual(result.losses.slice(0, 2));
  trainer.begin({ ...own, epochs: 2 });
  expect(trainer.advance(Number.POSITIVE_INFINITY)!.losses).toEqual(result.losses.slice(0, 2));
});

it('a try has diverged at the end of the epoch whose parameters no drawing has room for', async () => {
  // A rate of 1e301 takes the bias beyond 1e300 in the first epoch, while the logits are still finite.
  const one = { ...images.train, count: 1, pixels: images.train.pixels.slice(0, 256).fill(0) };
  const trainer = await LiveTrainer.load({ train: one, test: images.test }, run.config.kernelSize);
  trainer.begin({ ...own, learningRate: 1e301, epochs: 2 });
  const { diverged, losses } = trainer.advance(Number.POSITIVE_INFINITY)!;
  expect([diverged, losses]).toEqual([{ epoch: 1, sample: 0 }, []]);
});

describe('every mistake', () => {
  it('is trained as in the page, beside the right gradient', async () => {
    const every = trainWithEveryMistake(result)!;
    expect(every.right.losses).toEqual(result.losses);
    expect(every.wrong.map(({ mistake }) => mistake)).toEqual(mistakesFor(5));
    for (const mistake of ['twice', 'openAtZero'] as const) {
      const { losses } = await tried({ mistake });
      expect(every.wrong.find((one) => one.mistake === mistake)?.losses).toEqual(losses);
    }
    const names = unnoticed(every)!.map(({ mistake }) => mistake);
    expect(names).toEqual(expect.arrayContaining(['openAtZero', 'kernelElement', 'weightElement']));
    expect(names).not.toContain('flippedLabel');
    expect(names).not.toContain('labelMinusPrediction');
  });

  it('is left out of a run that is long, or has no images', async () => {
    expect(trainWithEveryMistake({ ...result, images: null })).toBeNull();
    expect(trainWithEveryMistake({ ...result, config: { ...result.config, epochs: 1000 } })).toBeNull();
    expect(await trainAside({ ...result, images: null }).result).toBeNull();
  });

  it('is trained once by a build for the same run, and again for another', async () => {
    const folder = await scratch();
    const short = await realRun({ epochs: 2 });
    const every = await trainAside(short, folder).result;
    expect(every).toEqual(trainWithEveryMistake(short));
    const file = join(folder, 'every-mistake.json');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('"mistake":"twice"', '"mistake":"openAtZero"'));
    const names = (await trainAside(short, folder).result)!.wrong.map(({ mistake }) => mistake);
    expect(names).not.toContain('twice');
    const other = { ...short, config: { ...short.config, seed: 7 } };
    expect(await trainAside(other, folder).result).toEqual(trainWithEveryMistake(other));
  });
});

describe('a session', () => {
  it('trains what was wanted last, and gives up what was before', async () => {
    const found: Try[] = [];
    let frames = 0;
    await new Promise<void>((resolve, reject) => {
      const session = new LiveSession(images, run.config.kernelSize, {
        onTry: (result) => {
          found.push(result);
          if (result.settings.seed === 9) resolve();
        },
        onFailure: reject,
        nextFrame: async () => {
          frames++;
          // Requested while another try is running.
          if (frames === 1) session.want({ ...own, seed: 9 });
        },
      });
      session.want({ ...own, seed: 7, epochs: 100_000 });
      session.want({ ...own, seed: 8, epochs: 100_000 });
    });
    expect(found.map(({ settings }) => settings.seed)).toEqual([9]);
  });
});

describe('the controls', () => {
  it.each([0.1, 0.03, 1e-6, 123.456])('hold the run’s own learning rate %d as it is', (learningRate) => {
    const config = { ...run.config, learningRate };
    expect(learningRateAt(positionOf(learningRate), config)).toBe(learningRate);
    const { min, max } = learningRateRange(config);
    expect(min).toBeLessThanOrEqual(positionOf(learningRate));
    expect(max).toBeGreaterThanOrEqual(positionOf(learningRate));
    const all = Array.from({ length: max - min + 1 }, (_, at) => learningRateAt(min + at, config));
    expect(new Set(all).size).toBe(all.length);
    expect(all.toSorted((a, b) => a - b)).toEqual(all);
  });

  it.each([0, 1, 99, 100, 12_345, 2 ** 32 - 1])('hold the run’s own seed %d', (seed) => {
    const { min, max } = seedRange({ ...run.config, seed });
    expect(max - min).toBe(99);
    expect(min).toBeGreaterThanOrEqual(0);
    expect(max).toBeLessThan(2 ** 32);
    expect(seed >= min && seed <= max).toBe(true);
  });

  it('give a command that has their settings', async () => {
    const config = { ...configOf(defaults), data: 'a path', kernelSize: 7, perClass: 50 };
    const command = commandOfTry({ seed: 4, learningRate: 0.03, epochs: 7 }, config);
    expect(command).toBe(
      "backproof run --data 'a path' --per-class 50 --kernel-size 7 --engine fused --seed 4 --learning-rate 0.03 --epochs 7",
    );
    const flags = {
      data: 'a path',
      perClass: '50',
      kernelSize: '7',
      engine: 'fused',
      seed: '4',
      learningRate: '0.03',
      epochs: '7',
    };
    expect(configOf(await readSettings(flags))).toEqual({
      ...config,
      engine: 'fused',
      seed: 4,
      learningRate: 0.03,
      epochs: 7,
    });
  });
});
