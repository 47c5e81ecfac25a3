import { availableParallelism } from 'node:os';
import { closest } from 'fastest-levenshtein';
import { usageFailure } from '../../system/errors.ts';
import { type CheckedFile, type CheckedModule, checkFile } from './checkFile.ts';
import type { CheckOptions } from './messages.ts';
import { type CheckReport, type FileReport, verdictOf } from './report.ts';

export interface FilesHooks {
  readonly signal: AbortSignal;
  /** As in checkFile. */
  readonly timeout: number;
  readonly onProgress: (share: number, name: string) => void;
  /** Called for every file, in order, as soon as it and all files before it are done. */
  readonly onFile: (file: FileReport) => void;
}

/** The check of several modules, and the files that each was loaded from. */
export interface CheckedFiles {
  readonly report: CheckReport;
  readonly modules: readonly CheckedModule[];
}

/**
 * Checks modules, each in separate processes, on all cores but one. With --only, modules without a spec of that name
 * are left out.
 * @throws Failure (usage) if no module has such a spec
 */
export async function checkFiles(
  files: readonly CheckedFile[],
  options: CheckOptions,
  { signal, timeout, onProgress, onFile }: FilesHooks,
): Promise<CheckedFiles> {
  const started = performance.now();
  const failed = new AbortController();
  const shares = files.map(() => 0);
  const check = async (file: CheckedFile, at: number): Promise<CheckedModule> => {
    const checked = await checkFile(file, options, {
      timeout,
      signal: AbortSignal.any([signal, failed.signal]),
      onProgress: (share, name) => {
        shares[at] = share;
        onProgress(shares.reduce((sum, each) => sum + each, 0) / files.length, name);
      },
    });
    shares[at] = 1;
    return checked;
  };
  const modules: CheckedModule[] = [];
  const reports: FileReport[] = [];
  const all = atMost(Math.max(1, availableParallelism() - 1), files, check);
  // They are awaited in order; allSettled keeps one that fails early from being an unhandled rejection.
  const settled = Promise.allSettled(all);
  try {
    for (const running of all) {
      const module = await running;
      modules.push(module);
      const { specs, problem } = module.report;
      if (options.only !== null && specs.length === 0 && problem === null) continue;
      reports.push(module.report);
      onFile(module.report);
    }
  } catch (error) {
    failed.abort(error);
    await settled;
    throw error;
  }
  if (reports.length === 0) throw nothingOfThatName(options.only!, modules);
  const seconds = (performance.now() - started) / 1000;
  const report: CheckReport = {
    schema: 'backproof/check/1',
    verdict: verdictOf(reports),
    seconds,
    options,
    files: reports,
  };
  return { report, modules };
}

/** Starts the work on the items in order, at most `count` at a time. */
function atMost<Item, Result>(
  count: number,
  items: readonly Item[],
  work: (item: Item, at: number) => Promise<Result>,
): Promise<Result>[] {
  let free = count;
  const waiting: (() => void)[] = [];
  const turn = (): Promise<void> =>
    free > 0 ? Promise.resolve(void free--) : new Promise((resolve) => waiting.push(resolve));
  const leave = (): void => {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  };
  return items.map(async (item, at) => {
    await turn();
    return work(item, at).finally(leave);
  });
}

function nothingOfThatName(only: string, modules: readonly CheckedModule[]): Error {
  const names = [...new Set(modules.flatMap(({ known }) => known))];
  return usageFailure(
    `--only ${only}: expected one of ${names.join(', ')}, got ${only} (did you mean ${closest(only, names)}?)`,
  );
}
