import { type FSWatcher, statSync, watch } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { environmentFailure } from '../../system/errors.ts';

/** Milliseconds without further changes that end a change; editors write a file in several steps. */
const QUIET_MS = 100;

/**
 * Watches files through their folders, so that a file that is replaced, or does not exist yet, is seen as well.
 */
export class FileWatcher {
  readonly #folders = new Map<string, FSWatcher>();
  readonly #changed = new Set<string>();
  readonly #onChange: (paths: ReadonlySet<string>) => void;
  readonly #isOfInterest: (path: string) => boolean;
  #timer: NodeJS.Timeout | undefined;

  /** `onChange` gets the paths of interest that changed since it was last called. */
  constructor(isOfInterest: (path: string) => boolean, onChange: (paths: ReadonlySet<string>) => void) {
    this.#isOfInterest = isOfInterest;
    this.#onChange = onChange;
  }

  /**
   * Also watches the folders of these files. A file written after `since` (milliseconds), and so perhaps after it was
   * read, counts as changed.
   * @throws Failure (environment) if the system cannot watch any more folders
   */
  follow(paths: readonly string[], since: number): void {
    for (const path of paths) {
      this.#follow(dirname(path));
      const written = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
      // A file dated in the future would count as changed forever.
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
      // The folder was removed with its files, which the next check notices.
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
