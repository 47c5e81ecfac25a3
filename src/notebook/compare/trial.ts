import type { TestedLayer } from '../../gradcheck/selftest/index.ts';
import { Kept } from '../../results/kept.ts';
import { type SelfTestResult, type Trial, trialSchema } from '../../results/selfTest.ts';
import { buildKey } from '../../system/buildKey.ts';
import { selfTestSubjects } from './mistakes.ts';
import { runInThread, type WorkHooks } from './thread.ts';

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
  key = buildKey(),
  folder,
}: TrialOptions = {}): Promise<Trial> {
  const store = new Kept('self-test', trialSchema, folder);
  const kept = store.read(key);
  if (kept !== null && isWholePass(kept, layers)) {
    onProgress?.(1, 1);
    return { ...kept, from: 'cache' };
  }
  const trial: Trial = {
    ...(await run({ onProgress, signal })),
    from: 'this run',
    ranAt: new Date().toISOString(),
  };
  if (trial.verdict === 'pass') await store.write(key, trial);
  return trial;
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
