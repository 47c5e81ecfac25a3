import type { WriteStream } from 'node:tty';

/** The progress of a task: call `update` any number of times, and `done` at the end. */
export interface Progress {
  update(done: number, total: number, note?: string): void;
  done(): void;
}

/** The interval of the bar on a terminal; elsewhere the pause before the second line, which doubles up to a limit. */
const BAR_EVERY_MS = 100;
const SECOND_LINE_MS = 5_000;
const LONGEST_MS = 60_000;
/** Shorter work shows no progress. */
const QUIET_FIRST_MS = 1_000;
const WIDTH = 24;
/** Below this share the remaining time cannot be estimated, because startup distorts it. */
const KNOWN_SHARE = 0.05;

/** Shows progress on a stream: a bar on a terminal, otherwise lines at growing intervals. */
export function showProgress(title: string, stream: WriteStream | NodeJS.WritableStream): Progress {
  const terminal = 'isTTY' in stream && stream.isTTY === true;
  const started = performance.now();
  let dueAt = started + QUIET_FIRST_MS;
  let pause = SECOND_LINE_MS / 2;
  let drawn = false;
  return {
    update(done, total, note = '') {
      const now = performance.now();
      if (now < dueAt) return;
      pause = terminal ? BAR_EVERY_MS : Math.min(2 * pause, LONGEST_MS);
      dueAt = now + pause;
      const share = Math.min(1, done / total);
      const known = share > 0 ? [`${Math.floor(share * 100)} %`] : [];
      if (share >= KNOWN_SHARE)
        known.push(`${Math.ceil((((now - started) / 1000) * (1 - share)) / share)} s left`);
      const figures = [...known, ...(note === '' ? [] : [note])].join(', ');
      if (terminal) {
        const filled = Math.round(share * WIDTH);
        const line = `${title} [${'='.repeat(filled)}${' '.repeat(WIDTH - filled)}] ${figures}`;
        // A longer line would wrap, and the wrapped part could not be erased.
        stream.write(`\r\x1b[K${line.slice(0, stream.columns > 0 ? stream.columns - 1 : undefined)}`);
        drawn = true;
      } else {
        stream.write(`${title}: ${figures}\n`);
      }
    },
    done() {
      if (drawn) stream.write('\r\x1b[K');
    },
  };
}
