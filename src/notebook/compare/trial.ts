import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { type SelfTestOptions, selfTest } from '../../gradcheck/selftest/index.ts';
import { writeWhole } from '../../results/file.ts';
import { type Trial, trialSchema } from '../../results/selfTest.ts';
import { trialCacheDirectory } from '../../system/cache.ts';
import { packageRoot } from '../../system/packageRoot.ts';
import { selfTestSubjects } from './mistakes.ts';

const keptSchema = z.strictObject({ key: z.string(), trial: trialSchema });

export interface TrialOptions extends Pick<SelfTestOptions, 'onProgress' | 'signal'> {
  /** What is on trial, or null where that cannot be told, and nothing is kept (default: this build). */
  readonly key?: string | null;
  /** Where the last trial is kept (default: the user's cache). */
  readonly folder?: string;
}

/**
 * The self-test of the checker that runs here: of its last trial where the same build, on the same Node, has passed it
 * before, else anew. Only a pass is kept; what is kept counts only whole, and with every mistake that this build plants.
 *
 * @throws the reason of `signal` where that ends it
 */
export async function trialOfChecker({
  onProgress,
  signal,
  key: given,
  folder = trialCacheDirectory(),
}: TrialOptions = {}): Promise<Trial> {
  const key = given === undefined ? await keyOfBuild() : given;
  const file = join(folder, 'self-test.json');
  const kept = key === null ? null : await keptTrial(file, key);
  if (kept !== null) {
    onProgress?.(1, 1);
    return { ...kept, from: 'cache' };
  }
  const trial: Trial = {
    ...(await selfTest(selfTestSubjects, { ...(onProgress && { onProgress }), ...(signal && { signal }) })),
    from: 'this run',
    ranAt: new Date().toISOString(),
  };
  if (key !== null && trial.verdict === 'pass') await keep(file, key, trial);
  return trial;
}

/** Of all that the program is made of, and of what runs it; null where the sources run unbuilt. */
export async function keyOfBuild(): Promise<string | null> {
  const dist = join(packageRoot(), 'dist');
  if (dirname(fileURLToPath(import.meta.url)) !== dist) return null;
  const hash = createHash('sha256').update(`${process.version} ${process.platform} ${process.arch}`);
  const modules = (await readdir(dist)).filter((name) => name.endsWith('.js')).sort();
  for (const name of modules) hash.update(`\n${name}\n`).update(await readFile(join(dist, name)));
  return hash.digest('hex');
}

async function keptTrial(file: string, key: string): Promise<Trial | null> {
  try {
    const kept = keptSchema.parse(JSON.parse(await readFile(file, 'utf8')));
    return kept.key === key && isWholePass(kept.trial) ? kept.trial : null;
  } catch {
    // Not there, or not what was written.
    return null;
  }
}

/** Whether a trial has all that this build would try, and every single outcome is a pass. */
function isWholePass({ verdict, mistakes, correct, falseAlarms }: Trial): boolean {
  const planted = selfTestSubjects.flatMap((subject) =>
    subject.mistakes.map(({ name }) => `${subject.layer}: ${name}`),
  );
  const caught = mistakes.filter((mistake) => mistake.caught).map(({ layer, name }) => `${layer}: ${name}`);
  const twins = correct.filter((twin) => twin.checks > 0 && twin.falseAlarms === 0);
  return (
    verdict === 'pass' &&
    falseAlarms === 0 &&
    mistakes.length === planted.length &&
    planted.every((name, at) => caught[at] === name) &&
    selfTestSubjects.every(({ layer }, at) => twins[at]?.layer === layer)
  );
}

/** Where the cache cannot be written, the next run has its own trial. */
async function keep(file: string, key: string, trial: Trial): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeWhole(file, JSON.stringify(keptSchema.parse({ key, trial })));
  } catch {}
}
