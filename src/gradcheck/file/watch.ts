import { type FSWatcher, statSync, watch } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { environmentFailure } from '../../system/errors.ts';

/** An editor writes a file in several steps; they count as one change when no more follow for so long. */
const QUIET_MS = 100;

/**
 * Watches files by their folders, so that one that is replaced, or not there yet, is seen as well.
 */
export class FileWatcher {
  readonly #folders = new Map<string, FSWatcher>();
  readonly #changed = new Set<string>();
  readonly #onChange: (paths: ReadonlySet<string>) => void;
  readonly #isOfInterest: (path: string) => boolean;
  #timer: NodeJS.Timeout | undefined;

  /** `onChange` gets the paths, of those that are of interest, that changed since it was called last. */
  constructor(isOfInterest: (path: string) => boolean, onChange: (paths: ReadonlySet<string>) => void) {
    this.#isOfInterest = isOfInterest;
    this.#onChange = onChange;
  }

  /**
   * Watches the folders of these files too. One that was written after `since` (milliseconds), and so perhaps after it
   * was read, has changed.
   * @throws Failure (environment) where the system watches no more
   */
  follow(paths: readonly string[], since: number): void {
    for (const path of paths) {
      this.#follow(dirname(path));
      const written = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
      // A file of the future would change for ever.
      if (written > since && written <= Date.now()) this.#note(path);
    }
  }

  close(): void {
    clearTimeout(this.#timer);
    for (const watcher of this.#folders.values()) watcher.close();
  }

  #follow(folder: string): void {
    if (this.#folders.has(folder) || statSync(folder, { throwIfNoEntry: false }) === undefined) return;
    try {
      const watcher = watch(folder, (_event, name) => {
        if (name !== null) this.#note(resolve(folder, name));
      });
      // The folder was removed: with what was in it, which is seen at the next check.
      watcher.on('error', () => {
        watcher.close();
        this.#folders.delete(folder);
      });
      this.#folders.set(folder, watcher);
    } catch (error) {
      throw environmentFailure(
        `--watch: expected to watch ${folder}, got "${(error as Error).message}"; check without --watch`,
      );
    }
  }

  #note(path: string): void {
    if (!this.#isOfInterest(path)) return;
    this.#changed.add(path);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const paths = new Set(this.#changed);
      this.#changed.clear();
      this.#onChange(paths);
    }, QUIET_MS);
  }
}
