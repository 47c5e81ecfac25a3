import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { showProgress } from '../../src/commands/progress.ts';
import { backproof, scratchFolders, withoutProgress } from '../support/cli.ts';

const scratch = scratchFolders();

describe('at the prompt', () => {
  it('a failed check says why with --quiet, on stderr', async () => {
    const cwd = await scratch();
    const wrong = `export const wrong = { inputs: { x: [0.5] }, forward: (tf, { x }) => tf.sin(x),
      backward: (tf, { x }, dy) => ({ x: tf.mul(dy, tf.sin(x)) }) };
      export const right = { inputs: { x: [0.5] }, forward: (tf, { x }) => tf.sin(x) };`;
    await writeFile(join(cwd, 'a.mjs'), wrong);
    const { code, stdout, stderr } = await backproof(['check', 'a.mjs', '--quiet'], { cwd });
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toMatch(/Gradient check FAILED: wrong[\s\S]*\nverdict {2}FAIL: 1 of 2 specs/);
    const passing = await backproof(['check', 'a.mjs', '--only', 'right', '--quiet'], { cwd });
    expect(passing).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('a check of every element that takes minutes names what takes less', async () => {
    const cwd = await scratch();
    const size = 90;
    const long = `const x = Array.from({ length: ${size} }, (_, i) => Array.from({ length: ${size} }, (_, j) => Math.sin(7 * i + j)));
      export const long = { inputs: { x }, forward: (tf, { x }) => tf.matMul(tf.tanh(tf.matMul(x, x)), x) };`;
    await writeFile(join(cwd, 'a.mjs'), long);
    const { code, stderr } = await backproof(['check', 'a.mjs'], {
      cwd,
      onStderr: (soFar, kill) => {
        if (soFar.includes('--mode sampled')) kill('SIGTERM');
      },
    });
    expect(code).toBe(143);
    expect(withoutProgress(stderr, 'check')).not.toBe('');
    expect(stderr).toMatch(/^LONG {6}every element takes about \d+ minutes; --mode sampled .*--exact only/m);
  });

  it('train says where it wrote, and doctor has a schema', async () => {
    const cwd = await scratch();
    const train = await backproof(
      ['train', '--data', 'synthetic', '--epochs', '1', '--per-class', '5', '--engine', 'fused'],
      { cwd },
    );
    expect(train.stdout).toContain(`\nwritten   ${join('outputs', 'train.json')}\n`);
    expect(JSON.parse(await readFile(join(cwd, 'outputs', 'train.json'), 'utf8')).schema).toBe(
      'backproof/train/1',
    );
    const doctor = await backproof(['doctor', '--json'], { cwd });
    expect(JSON.parse(doctor.stdout).schema).toBe('backproof/doctor/1');
  });

  it('an older Node is told in one sentence', async () => {
    const program = join(import.meta.dirname, '..', '..', 'dist', 'cli.js');
    const old = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.8' } });
      await import(${JSON.stringify(program)});`;
    const run = promisify(execFile)(process.execPath, ['--input-type=module', '-e', old]);
    await expect(run).rejects.toMatchObject({
      code: 5,
      stdout: '',
      stderr: expect.stringMatching(/^backproof: expected Node 20\.19 or newer, got 18\.20\.8; .*\n$/),
    });
  });
});

describe('progress', () => {
  const shown = (columns: number | null, minutes: number): string => {
    let text = '';
    const stream = { isTTY: columns !== null, columns, write: (chunk: string) => (text += chunk) };
    const { now } = performance;
    let time = 0;
    performance.now = () => time;
    try {
      const progress = showProgress('compare', stream as unknown as NodeJS.WriteStream);
      for (; time <= minutes * 60_000; time += 50) progress.update(time, minutes * 60_000, 'a note');
      progress.done();
    } finally {
      performance.now = now;
    }
    return text;
  };

  it('in a pipe is few lines', () => {
    const lines = shown(null, 10).split('\n').filter(Boolean);
    expect(lines.length).toBeGreaterThan(8);
    expect(lines.length).toBeLessThan(16);
    expect(lines[0]).toBe('compare: 0 %, a note');
    // Lines after 1, 6, 16, 36 s: the first at 5 % or more comes after 36 of 600 s, and 564 are left.
    const parts = lines.map((line) => /^compare: (\d+) %, (?:(\d+) s left, )?a note$/.exec(line)!);
    expect(parts.every(([, share, left]) => Number(share) >= 5 === (left !== undefined))).toBe(true);
    expect(parts.find(([, , left]) => left !== undefined)![2]).toBe('564');
  });

  it('on a terminal is one line that moves, no longer than the terminal is wide', () => {
    const text = shown(30, 1);
    expect(text).not.toContain('\n');
    const drawn = text.split('\r\u001b[K').filter(Boolean);
    expect(drawn.length).toBeGreaterThan(100);
    expect(Math.max(...drawn.map((line) => line.length))).toBe(29);
  });
});
