import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { z } from 'zod';
import { figureNames, sweepConfigSchema, sweepDataSchema } from '../../results/sweep.ts';
import { surroundingsFailure, usageFailure } from '../../system/errors.ts';
import { differencesOf, type Identity } from './identity.ts';
import type { FinishedRun } from './messages.ts';
import { type Shard, shardText } from './shard.ts';

// The journal of a sweep under way: a line of JSON for what it is of, then one for each finished run, in the order in
// which they finish. Lines are only ever added. A process that is killed leaves at worst a torn last line, which is cut
// off, and its run made again.

const NAME = 'backproof/sweep-journal/1';
const count = z.int().nonnegative();
const headSchema = z.strictObject({
  schema: z.literal(NAME),
  version: z.string(),
  shard: z.strictObject({ index: count, of: count }),
  config: sweepConfigSchema,
  data: sweepDataSchema,
});
/** [run, milliseconds, and the figures in the order of figureNames] */
const rowSchema = z
  .tuple([count, z.number().nonnegative()], z.number().nullable())
  .refine((row) => row.length === figureNames.length + 2);

/** What a journal is of. */
export interface JournalHead extends Identity {
  readonly shard: Shard;
}

/** Milliseconds after which what was written is also pressed to the disk, against a loss of power. */
const SYNC_MS = 1000;

/** Adds finished runs to the journal of a sweep. */
export class Journal {
  readonly path: string;
  readonly #handle: FileHandle;
  readonly #onError: (error: Error) => void;
  #pending: string[] = [];
  #writing: Promise<void> | null = null;
  #error: Error | null = null;
  #syncedAt = performance.now();

  private constructor(path: string, handle: FileHandle, onError: (error: Error) => void) {
    this.path = path;
    this.#handle = handle;
    this.#onError = onError;
  }

  /**
   * Opens a journal, new or left by a sweep that was stopped, whose runs are handed over one by one.
   *
   * @param onError is told at once where it cannot be written; `close` then throws
   * @throws Failure (usage) where it is another sweep's, or damaged
   */
  static async open(
    path: string,
    head: JournalHead,
    hooks: { onRun: (run: FinishedRun) => void; onError: (error: Error) => void },
  ): Promise<Journal> {
    const handle = await open(path, 'a');
    try {
      const whole = await readJournal(path, head, hooks.onRun);
      // What is torn goes; a head that is torn with everything.
      await handle.truncate(whole);
      const journal = new Journal(path, handle, hooks.onError);
      if (whole === 0) journal.#add(JSON.stringify({ schema: NAME, ...headOf(head) }));
      return journal;
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  add(run: FinishedRun): void {
    const figures = figureNames.map((name) => run[name]);
    this.#add(JSON.stringify([run.run, Number(run.milliseconds.toFixed(3)), ...figures]));
  }

  #add(line: string): void {
    this.#pending.push(`${line}\n`);
    this.#writing ??= this.#write().finally(() => {
      this.#writing = null;
    });
  }

  /** Writes what is there until nothing is left; meanwhile more may come, and is written at once. */
  async #write(): Promise<void> {
    while (this.#pending.length > 0 && this.#error === null) {
      const lines = this.#pending.join('');
      this.#pending = [];
      try {
        await this.#handle.appendFile(lines);
        if (performance.now() - this.#syncedAt > SYNC_MS) {
          await this.#handle.datasync();
          this.#syncedAt = performance.now();
        }
      } catch (error) {
        this.#error = error as Error;
        this.#onError(this.#error);
      }
    }
  }

  /** @throws Failure (surroundings) where it could not be written */
  async close(): Promise<void> {
    while (this.#writing) await this.#writing;
    try {
      if (this.#error === null) await this.#handle.datasync();
    } finally {
      await this.#handle.close();
    }
    if (this.#error === null) return;
    throw surroundingsFailure(
      `${this.path}: expected to add finished runs to it, got ${this.#error.message}; when that is mended, the same ` +
        'command goes on where this one ended',
    );
  }
}

const headOf = ({ version, shard, config, data }: JournalHead) => ({ version, shard, config, data });

/** Hands over the runs of a journal; returns how many bytes of it are whole lines. */
async function readJournal(
  path: string,
  head: JournalHead,
  onRun: (run: FinishedRun) => void,
): Promise<number> {
  let whole = 0;
  let number = 0;
  let bad: { number: number } | null = null;
  for await (const { text, end } of wholeLines(path)) {
    number++;
    // A line that cannot be read is torn where it is the last, else something is wrong.
    if (bad) throw damaged(path, bad.number);
    const value = parsed(text);
    if (number === 1) {
      const found = headSchema.safeParse(value);
      if (found.success) requireSame(path, head, found.data);
      else if (z.looseObject({ schema: z.string() }).safeParse(value).success)
        throw ofAnother(path, 'another version');
      else bad = { number };
    } else {
      const row = rowSchema.safeParse(value).data;
      if (row) onRun(runOf(row));
      else bad = { number };
    }
    if (!bad) whole = end;
  }
  return whole;
}

function runOf([run, milliseconds, ...figures]: z.infer<typeof rowSchema>): FinishedRun {
  const named = Object.fromEntries(figureNames.map((name, at) => [name, figures[at] ?? null]));
  return { run, milliseconds, ...named } as unknown as FinishedRun;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function requireSame(path: string, ours: JournalHead, theirs: JournalHead): void {
  const differences = differencesOf(ours, theirs);
  const [expected, got] = [shardText(ours.shard), shardText(theirs.shard)];
  if (expected !== got) differences.push(`shard ${got}, not ${expected}`);
  if (differences.length > 0) throw ofAnother(path, differences.join(', '));
}

const ofAnother = (path: string, how: string) =>
  usageFailure(
    `${path}: expected the journal of this sweep, got that of another one, which was stopped: ${how}; finish that one, ` +
      'delete the file, or give another --out',
  );

const damaged = (path: string, number: number) =>
  usageFailure(
    `${path}: expected the journal of a sweep, got a damaged one (line ${number}); delete it, and the sweep begins anew`,
  );

/** The lines of a file that end, with the byte after each; the whole file is never in memory. */
async function* wholeLines(path: string): AsyncGenerator<{ text: string; end: number }> {
  let rest: Buffer = Buffer.alloc(0);
  let at = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let start = 0;
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10, start)) {
      at += end + 1 - start;
      yield { text: rest.toString('utf8', start, end), end: at };
      start = end + 1;
    }
    rest = rest.subarray(start);
  }
}
