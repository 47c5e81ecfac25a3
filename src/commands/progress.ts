import type { WriteStream } from 'node:tty';

/** Something under way: call `update` as often as you like, `done` at the end. */
export interface Progress {
  update(done: number, total: number, note?: string): void;
  done(): void;
}

/** A bar so often on a terminal; elsewhere lines, after so long at first, then after twice the time, and so on. */
const BAR_EVERY_MS = 100;
const SECOND_LINE_MS = 5_000;
const LONGEST_MS = 60_000;
/** Nothing is shown of work that ends sooner than this. */
const QUIET_FIRST_MS = 1_000;
const WIDTH = 24;
/** Below this share nothing is known of the time that is left: the start takes its own. */
const KNOWN_SHARE = 0.05;

/** Shows progress on a stream: a bar on a terminal, else a line every so often. */
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
        // A longer line would go on in the next, which is not taken back.
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
