import type { WriteStream } from 'node:tty';

/** Something under way: call `update` as often as you like, `done` at the end. */
export interface Progress {
  update(done: number, total: number, note?: string): void;
  done(): void;
}

/** A line at most so often where the stream is no terminal, and a bar so often where it is one. */
const LINE_EVERY_MS = 5_000;
const BAR_EVERY_MS = 100;
/** Nothing is shown of work that ends sooner than this. */
const QUIET_FIRST_MS = 1_000;
const WIDTH = 24;

/** Shows progress on a stream: a bar on a terminal, else a line every so often. */
export function showProgress(title: string, stream: WriteStream | NodeJS.WritableStream): Progress {
  const terminal = 'isTTY' in stream && stream.isTTY === true;
  const started = performance.now();
  let shownAt = started + QUIET_FIRST_MS - (terminal ? BAR_EVERY_MS : LINE_EVERY_MS);
  let drawn = false;
  return {
    update(done, total, note = '') {
      const now = performance.now();
      if (now - started < QUIET_FIRST_MS || now - shownAt < (terminal ? BAR_EVERY_MS : LINE_EVERY_MS)) return;
      shownAt = now;
      const share = Math.min(1, done / total);
      const left = Math.ceil((((now - started) / 1000) * (1 - share)) / share);
      const known = share > 0 ? [`${Math.floor(share * 100)} %`, `${left} s left`] : [];
      const figures = [...known, ...(note === '' ? [] : [note])].join(', ');
      if (terminal) {
        const filled = Math.round(share * WIDTH);
        stream.write(`\r\x1b[K${title} [${'='.repeat(filled)}${' '.repeat(WIDTH - filled)}] ${figures}`);
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
