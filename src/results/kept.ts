import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { resultCacheDirectory } from '../system/cache.ts';
import { writeWhole } from './file.ts';

/** The last result of work that would come to the same in the next run, in a file of the user's cache. */
export class Kept<Value> {
  readonly #file: string;
  readonly #schema: z.ZodType<{ readonly key: string; readonly value: Value }>;

  /** @param folder where the file is (default: the user's cache) */
  constructor(name: string, value: z.ZodType<Value>, folder = resultCacheDirectory()) {
    this.#file = join(folder, `${name}.json`);
    this.#schema = z.strictObject({ key: z.string(), value });
  }

  /** The result with this key, which is a hash of all that it follows from; null if there is none, or it is not valid. */
  read(key: string): Value | null {
    try {
      const kept = this.#schema.parse(JSON.parse(readFileSync(this.#file, 'utf8')));
      return kept.key === key ? kept.value : null;
    } catch {
      return null;
    }
  }

  /** Replaces the last result. If the cache cannot be written, the next run repeats the work. */
  async write(key: string, value: Value): Promise<void> {
    try {
      await mkdir(dirname(this.#file), { recursive: true });
      await writeWhole(this.#file, JSON.stringify(this.#schema.parse({ key, value })));
    } catch {}
  }
}
