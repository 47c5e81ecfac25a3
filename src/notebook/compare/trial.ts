import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { type SelfTestOptions, selfTest, type TestedLayer } from '../../gradcheck/selftest/index.ts';
import { writeWhole } from '../../results/file.ts';
import { type Trial, trialSchema } from '../../results/selfTest.ts';
import { trialCacheDirectory } from '../../system/cache.ts';
import { packageRoot } from '../../system/packageRoot.ts';
import { selfTestSubjects } from './mistakes.ts';

const keptSchema = z.strictObject({ key: z.string(), trial: trialSchema });

export interface TrialOptions extends Pick<SelfTestOptions, 'onProgress' | 'signal'> {
  /** The layers to test (default: the network, and the checker's own). */
  readonly layers?: readonly TestedLayer[];
  /** The code to test (default: the code that is running). */
  readonly code?: Code;
  /** The folder that stores the last self-test (default: the user's cache). */
  readonly folder?: string;
}

/**
 * The self-test of the running checker. A stored result is reused if the same code has passed on the same Node;
 * otherwise the test runs. Only passes are stored, and a stored one is used only if it is complete, with every mistake
 * that this code plants.
 *
 * @throws the reason of `signal` if that aborts it
 */
export async function trialOfChecker({
  onProgress,
  signal,
  layers = selfTestSubjects,
  code,
  folder = trialCacheDirectory(),
}: TrialOptions = {}): Promise<Trial> {
  const { name, key } = code ?? (await codeHere());
  const file = join(folder, `${name}.json`);
  const kept = await keptTrial(file, key, layers);
  if (kept !== null) {
    onProgress?.(1, 1);
    return { ...kept, from: 'cache' };
  }
  const trial: Trial = {
    ...(await selfTest(layers, { ...(onProgress && { onProgress }), ...(signal && { signal }) })),
    from: 'this run',
    ranAt: new Date().toISOString(),
  };
  if (trial.verdict === 'pass') await keep(file, key, trial);
  return trial;
}

/** The tested code: whether it is built, and a hash of it and of the runtime. */
interface Code {
  readonly name: 'built' | 'sources';
  readonly key: string;
}

/**
 * The modules in dist/ if the code runs from there; otherwise all sources and the TensorFlow.js in double precision
 * that they import.
 */
export async function codeHere(): Promise<Code> {
  const root = packageRoot();
  const isBuilt = dirname(fileURLToPath(import.meta.url)) === join(root, 'dist');
  const files = isBuilt
    ? (await readdir(join(root, 'dist'))).map((name) => join('dist', name))
    : [
        ...(await readdir(join(root, 'src'), { recursive: true })).map((name) => join('src', name)),
        join('dist', 'float64.js'),
      ];
  const hash = createHash('sha256').update(`${process.version} ${process.platform} ${process.arch}`);
  for (const file of files.filter((file) => /\.[jt]sx?$/.test(file)).sort())
    hash.update(`\n${file}\n`).update(await readFile(join(root, file)));
  return { name: isBuilt ? 'built' : 'sources', key: hash.digest('hex') };
}

async function keptTrial(file: string, key: string, layers: readonly TestedLayer[]): Promise<Trial | null> {
  try {
    const kept = keptSchema.parse(JSON.parse(await readFile(file, 'utf8')));
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
