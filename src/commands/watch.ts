import type { CheckedFile, CheckedModule } from '../gradcheck/file/checkFile.ts';
import { isModule } from '../gradcheck/file/files.ts';
import { findFiles, isFoundInFolders } from '../gradcheck/file/find.ts';
import { FileWatcher } from '../gradcheck/file/watch.ts';
import { Failure } from '../system/errors.ts';
import type { Console } from './console.ts';
import type { Stop } from './signals.ts';

type Check = (
  files: readonly CheckedFile[],
  signal: AbortSignal,
) => Promise<{ modules: readonly CheckedModule[] }>;

/**
 * Checks the modules of the targets, and again those whose files change, until it is stopped. A change aborts a running
 * check, since its result would be out of date.
 */
export async function watchChecks(
  targets: readonly string[],
  check: Check,
  console: Console,
  stop: Stop,
): Promise<void> {
  /** The files that each module was loaded from at its last check, by module path; a module without an entry is due. */
  const readOf = new Map<string, readonly string[]>();
  /** Modules that do not load, perhaps because a file is missing. */
  const broken = new Set<string>();
  const known = (path: string): boolean => [...readOf.values()].some((read) => read.includes(path));
  let changed = new AbortController();
  const watcher = new FileWatcher(
    (path) => known(path) || isFoundInFolders(path) || (broken.size > 0 && isModule(path)),
    (paths) => {
      for (const [file, read] of readOf)
        if (broken.has(file) || read.some((path) => paths.has(path))) readOf.delete(file);
      changed.abort();
    },
  );
  try {
    let files = await findFiles(targets);
    while (!stop.signal.aborted) {
      changed = new AbortController();
      const { signal } = changed;
      await sayFailures(console, signal, async () => {
        files = await findFiles(targets);
        const due = files.filter(({ file }) => !readOf.has(file));
        if (due.length === 0) return;
        const since = Date.now();
        watcher.follow(
          due.map(({ file }) => file),
          since,
        );
        for (const { file } of due) readOf.set(file, [file]);
        const { modules } = await check(due, AbortSignal.any([stop.signal, signal]));
        for (const [at, { read, report }] of modules.entries()) {
          const { file } = due[at]!;
          readOf.set(file, read);
          if (report.problem === null) broken.delete(file);
          else broken.add(file);
          watcher.follow(read, since);
        }
      });
      if (stop.signal.aborted) break;
      const what =
        files.length === 1 ? '1 module and what it imports' : `${files.length} modules and what they import`;
      if (!signal.aborted) console.notice(`watching ${what}; Ctrl-C ends`);
      await aborted(AbortSignal.any([stop.signal, signal]));
    }
  } finally {
    watcher.close();
  }
}

/** Prints failures that the user can fix, and continues; an abort is not one. */
async function sayFailures(console: Console, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (signal.aborted) return;
    if (!(error instanceof Failure)) throw error;
    console.notice(`backproof: ${error.message}`);
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
