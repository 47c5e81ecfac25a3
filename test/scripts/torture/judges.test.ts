import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { leftIn, tornIn } from '../../../scripts/torture/folders.ts';
import { mutatedBytes, mutatedJson } from '../../../scripts/torture/mutate.ts';
import { judgeEnd, leftOf, runProgram } from '../../../scripts/torture/program.ts';
import { judgeRead } from '../../../scripts/torture/readers.ts';
import { uniformNumbers } from '../../../src/numerics/random.ts';
import { temporaryFolder } from '../../notebook/data/fixtures.ts';

const folder = temporaryFolder();
const evaluate = (code: string, options: Partial<Parameters<typeof runProgram>[1]> = {}) =>
  runProgram(['-e', code], { cwd: folder, ...options });

describe('a program that ends', () => {
  it.each([
    ['well', 'console.log(1)', null],
    ['with a line and 5', "console.error('no room'); process.exitCode = 5", null],
    [
      'with another code',
      "console.error('hm'); process.exitCode = 1",
      /^exit 1 where 0 or 5 was expected: hm$/,
    ],
    ['without a word', 'process.exitCode = 5', /^exit 5 without a word$/],
    ['with a trace', "console.error(new Error('x').stack); process.exitCode = 5", /^a trace: /],
    ['with control characters', "console.error('\\u001b[31m'); process.exitCode = 5", /^control characters/],
    ['by a signal', "process.kill(process.pid, 'SIGKILL')", /^exit SIGKILL where/],
  ])('%s', async (_how, code, problem) => {
    const judged = judgeEnd(await evaluate(code), [0, 5]);
    if (problem === null) expect(judged).toBeNull();
    else expect(judged).toMatch(problem);
  });

  it('too late, or with too much memory', async () => {
    expect(judgeEnd(await evaluate('for (;;);', { limitMs: 300 }), [0])).toMatch(/^no end after/);
    const large = await evaluate('const b = Buffer.alloc(3e8, 1); setTimeout(() => b, 500)');
    if (process.platform === 'linux') expect(judgeEnd(large, [0], 2e8)).toMatch(/GB of memory$/);
    expect(judgeEnd(large, [0])).toBeNull();
  });

  it('when it is killed, and what it has started stays', async () => {
    const code = `const { spawn } = require('node:child_process');
      spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'], { stdio: 'ignore', detached: true }).unref();
      setTimeout(() => {}, 60000);`;
    const ended = await evaluate(code, { kill: { signal: 'SIGTERM', afterMs: 500 } });
    expect(ended.signal).toBe('SIGTERM');
    const left = leftOf(ended.mark);
    for (const pid of left) process.kill(Number(pid), 'SIGKILL');
    expect(left).toHaveLength(process.platform === 'linux' ? 1 : 0);
  });
});

describe('a folder', () => {
  it.each([
    ['train.json', '{"schema": "backproof/train/1"}\n', null],
    ['train.json', '{"schema": "backproof/tr', 'train.json is torn'],
    ['sweep.json', '', 'sweep.json is torn'],
    ['report.html', '<html></html>\n', null],
    ['report.html', '<html></ht', 'report.html is torn'],
  ])('with %s of %j', (name, text, torn) => {
    const path = join(folder, `${name}-${text.length}`);
    mkdirSync(path);
    writeFileSync(join(path, name), text);
    expect(tornIn(path)).toBe(torn);
    expect(leftIn(path)).toBeNull();
    writeFileSync(join(path, '.x.tmp'), '');
    expect(leftIn(path)).toBe('left behind: .x.tmp');
  });
});

describe('a file that is read', () => {
  it.each([
    [{ code: 0, line: '', out: '', bytes: 1 }, null],
    [{ code: 2, line: 'expected this, got that', out: '', bytes: 1 }, null],
    [{ code: 1, line: 'TypeError: x\n at y', out: '', bytes: 1 }, 'exit 1: TypeError: x |  at y'],
    [{ code: 2, line: 'x'.repeat(2000), out: '', bytes: 1 }, /^a line of 2000 letters/],
    [{ code: 0, line: '', out: '', bytes: 3e9 }, '3.00 GB of memory'],
    ['its process ended: SIGABRT', 'its process ended: SIGABRT'],
  ])('as %j', (read, problem) => {
    if (problem instanceof RegExp) expect(judgeRead(read)).toMatch(problem);
    else expect(judgeRead(read)).toBe(problem);
  });
});

describe('a mutation', () => {
  const text = JSON.stringify({ schema: 'a', list: [1, 2, 3], inner: { x: 1.5, y: [[1], [2]] } });

  it('changes something, in the same way for the same seed', () => {
    let same = 0;
    for (let seed = 0; seed < 200; seed++) {
      const [one, two] = [mutatedJson(text, uniformNumbers(seed)), mutatedJson(text, uniformNumbers(seed))];
      expect(one).toEqual(two);
      if (one.text === text) same++;
      const bytes = mutatedBytes(Buffer.from(text), uniformNumbers(seed));
      expect(bytes).toEqual(mutatedBytes(Buffer.from(text), uniformNumbers(seed)));
    }
    // Changes without effect: a number times 1, or a list cut to its own length.
    expect(same).toBeLessThan(20);
  });
});
