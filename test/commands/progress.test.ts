import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { showProgress } from '../../src/commands/progress.ts';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

/** A stream that records what is written to it; a terminal if it is given a width. */
function stream(columns?: number) {
  const written: string[] = [];
  const write = (text: string) => written.push(text);
  return { written, to: (columns === undefined ? { write } : { write, isTTY: true, columns }) as never };
}
const wait = (ms: number) => jest.advanceTimersByTime(ms);

describe('on no terminal', () => {
  it('writes a line after 1 s, then after 5 s, then after twice as long each time, up to a minute', () => {
    const { written, to } = stream();
    const progress = showProgress('train', to);
    // In milliseconds from the start, computed by hand: 1 s, + 5, + 10, + 20, + 40, + 60, + 60.
    const due = [1_000, 6_000, 16_000, 36_000, 76_000, 136_000, 196_000];
    let now = 0;
    for (const [lines, at] of due.entries()) {
      wait(at - 1 - now);
      progress.update(1, 4);
      expect(written).toHaveLength(lines);
      wait(1);
      progress.update(1, 4);
      progress.update(1, 4);
      expect(written).toHaveLength(lines + 1);
      now = at;
    }
    progress.done();
    expect(written).toHaveLength(due.length);
  });

  it.each<[number, number, string | undefined, string]>([
    [0, 4, undefined, 'train: \n'],
    [0, 4, 'asks', 'train: asks\n'],
    // 2 s for a quarter: 6 s for the rest.
    [1, 4, undefined, 'train: 25 %, 6 s left\n'],
    // 2 s for 3/8: 3.3 s for the rest.
    [3, 8, 'epoch 2', 'train: 37 %, 4 s left, epoch 2\n'],
    [5, 4, undefined, 'train: 100 %, 0 s left\n'],
  ])('says of %d of %d, noted %s: %j', (done, total, note, line) => {
    const { written, to } = stream();
    const progress = showProgress('train', to);
    wait(2_000);
    progress.update(done, total, note);
    expect(written).toEqual([line]);
  });
});

describe('on a terminal', () => {
  it('draws a bar every 0.1 s, and takes it back', () => {
    const { written, to } = stream(80);
    const progress = showProgress('train', to);
    progress.done();
    wait(1_000);
    progress.update(1, 4);
    wait(99);
    progress.update(2, 4);
    expect(written).toEqual([`\r\x1b[Ktrain [${'='.repeat(6)}${' '.repeat(18)}] 25 %, 3 s left`]);
    wait(1);
    progress.update(4, 4);
    expect(written.slice(1)).toEqual([`\r\x1b[Ktrain [${'='.repeat(24)}] 100 %, 0 s left`]);
    progress.done();
    expect(written.slice(2)).toEqual(['\r\x1b[K']);
  });

  it.each([
    [20, 'train [======      '],
    [1, ''],
    // If the terminal does not report its width.
    [0, `train [======${' '.repeat(18)}] 25 %, 3 s left`],
  ])('leaves the last column of %d free', (columns, line) => {
    const { written, to } = stream(columns);
    const progress = showProgress('train', to);
    wait(1_000);
    progress.update(1, 4);
    expect(written).toEqual([`\r\x1b[K${line}`]);
  });
});
