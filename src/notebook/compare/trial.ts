import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { TestedLayer } from '../../gradcheck/selftest/index.ts';
import { writeWhole } from '../../results/file.ts';
import { type SelfTestResult, type Trial, trialSchema } from '../../results/selfTest.ts';
import { trialCacheDirectory } from '../../system/cache.ts';
import { packageRoot } from '../../system/packageRoot.ts';
import { selfTestSubjects } from './mistakes.ts';
import { runInThread, type WorkHooks } from './thread.ts';

const keptSchema = z.strictObject({ key: z.string(), trial: trialSchema });

export interface TrialOptions extends WorkHooks {
  /** The layers that a stored self-test must cover (default: the network, and the checker's own). */
  readonly layers?: readonly TestedLayer[];
  /** Runs the self-test on them (default: in a worker thread). */
  readonly run?: (hooks: WorkHooks) => Promise<SelfTestResult>;
  /** Identifies the tested code (default: that of this build). */
  readonly key?: string;
  /** The folder that stores the last self-test (default: the user's cache). */
  readonly folder?: string;
}

const runAside = (hooks: WorkHooks): Promise<SelfTestResult> => runInThread('selfTestWorker', null, hooks);

/**
 * The self-test of this build's checker. A stored result is reused if the same build has passed on the same Node;
 * otherwise the test runs. Only passes are stored, and a stored one is used only if it is complete, with every mistake
 * that this code plants.
 *
 * @throws the reason of `signal` if that aborts it
 */
export async function trialOfChecker({
  onProgress,
  signal,
  layers = selfTestSubjects,
  run = runAside,
  key = keyOfBuild(),
  folder = trialCacheDirectory(),
}: TrialOptions = {}): Promise<Trial> {
  const file = join(folder, 'built.json');
  const kept = keptTrial(file, key, layers);
  if (kept !== null) {
    onProgress?.(1, 1);
    return { ...kept, from: 'cache' };
  }
  const trial: Trial = {
    ...(await run({ onProgress, signal })),
    from: 'this run',
    ranAt: new Date().toISOString(),
  };
  if (trial.verdict === 'pass') await keep(file, key, trial);
  return trial;
}

/**
 * A hash of the modules in dist/, which is the tested code, and of the runtime. Reads them synchronously: on the event
 * loop, each file would wait for steps of the walk, and the self-test for all of them.
 */
export function keyOfBuild(): string {
  const dist = join(packageRoot(), 'dist');
  const files = readdirSync(dist).filter((file) => file.endsWith('.js'));
  const hash = createHash('sha256').update(`${process.version} ${process.platform} ${process.arch}`);
  for (const file of files.sort()) hash.update(`\n${file}\n`).update(readFileSync(join(dist, file)));
  return hash.digest('hex');
}

function keptTrial(file: string, key: string, layers: readonly TestedLayer[]): Trial | null {
  try {
    const kept = keptSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
    return kept.key === key && isWholePass(kept.trial, layers) ? kept.trial : null;
  } catch {
    // The file is missing, or its contents are not valid.
    return null;
  }
}

/** Whether the self-test covers all mistakes, and all outcomes are passes. */
function isWholePass(
  { verdict, mistakes, correct, falseAlarms }: Trial,
  layers: readonly TestedLayer[],
): boolean {
  const planted = layers.flatMap((subject) =>
    subject.mistakes.map(({ name }) => `${subject.layer}: ${name}`),
  );
  const caught = mistakes.filter((mistake) => mistake.caught).map(({ layer, name }) => `${layer}: ${name}`);
  const twins = correct.filter((twin) => twin.checks > 0 && twin.falseAlarms === 0);
  return (
    verdict === 'pass' &&
    falseAlarms === 0 &&
    mistakes.length === planted.length &&
    planted.every((name, at) => caught[at] === name) &&
    layers.every(({ layer }, at) => twins[at]?.layer === layer)
  );
}

/** If the cache cannot be written, the next run repeats the self-test. */
async function keep(file: string, key: string, trial: Trial): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeWhole(file, JSON.stringify(keptSchema.parse({ key, trial })));
  } catch {}
}
