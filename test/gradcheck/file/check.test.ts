import { mkdir, readdir, writeFile } from 'node:fs/promises';
import * as module from 'node:module';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { backproof, scratchFolders, withoutProgress } from '../../support/cli.ts';
import { files } from './fixtures.ts';

const scratch = scratchFolders();
let folder: string;
beforeAll(async () => {
  folder = await scratch();
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
});
const check = async (...args: string[]) => {
  const { stderr, ...ended } = await backproof(['check', ...args], { cwd: folder });
  return { ...ended, stderr: withoutProgress(stderr, 'check') };
};

describe('gradients that are right end with 0, wrong ones with 3', () => {
  it.each([
    ['JavaScript', 'right.mjs', 0],
    ['TypeScript with local imports, an enum and a parameter property', 'typed.ts', 0],
    ['TypeScript as CommonJS', 'typed.cts', 0],
    ['a backward that is wrong', 'wrong.mjs', 3],
    ['customGrad of @tensorflow/tfjs', 'tfjs-right.mjs', 0],
    ['customGrad of @tensorflow/tfjs, wrong', 'tfjs-wrong.mjs', 3],
    ['customGrad of @tensorflow/tfjs-node', 'node-right.mjs', 0],
    ['customGrad of @tensorflow/tfjs-node, wrong', 'node-wrong.mjs', 3],
    ['customGrad of @tensorflow/tfjs-core in CommonJS', 'core-right.cjs', 0],
    ['imports of backends, layers, data and of deep paths', 'backends.mjs', 0],
    ['a gradient that leaks a tensor', 'leaky.mjs', 3],
    ['an op without a gradient', 'unsupported.mjs', 4],
  ])('%s', async (_what, file, expected) => {
    const { code, stdout, stderr } = await check(file);
    expect({ code, stderr }).toEqual({ code: expected, stderr: '' });
    const word = expected === 0 ? 'PASS' : expected === 3 ? 'FAIL' : 'UNSUPPORTED';
    expect(stdout).toMatch(new RegExp(`\\nverdict {2}${word}: .*spec.*, checked in \\d+\\.\\d s\\n$`));
  });
});

describe('what is printed', () => {
  it('a table, then the whole message of what failed, with a command that repeats it', async () => {
    const { stdout } = await check('wrong.mjs', '--seed', '7');
    expect(stdout).toMatch(/^spec +input +shape +status +worst\/allowed +elements +exact\n/);
    expect(stdout).toMatch(/\nother +x +\[2\] +pass +\S+ +2 +proved\n/);
    expect(stdout).toMatch(/\nsine +x +\[2\] +FAIL +\d\.\de\d+ +2, 2 wrong +\S+/);
    expect(stdout).toContain('Odd one out: YOUR backward');
    const again = / Reproduce: backproof (check .*)\n/.exec(stdout)![1]!;
    expect(again).toBe('check wrong.mjs --only sine --seed 7');
    const { code, stdout: repeated } = await backproof(again.split(' '), { cwd: folder });
    expect(code).toBe(3);
    expect(repeated).toContain('verdict  FAIL: 1 of 1 spec,');
  });

  it('the stage that failed, where it was not the numbers', async () => {
    expect((await check('leaky.mjs')).stdout).toMatch(/\nleaky +FAIL +no leak\n/);
  });

  it('only JSON on stdout with --json, whatever the module prints', async () => {
    const { code, stdout, stderr } = await check('prints.mjs', '--json', '--seed', '3', '--mode', 'sampled');
    expect({ code, stderr }).toEqual({ code: 0, stderr: 'from the module\n' });
    const result = JSON.parse(stdout);
    expect(result).toMatchObject({
      schema: 'backproof/check/1',
      verdict: 'pass',
      options: { seed: 3, mode: 'sampled', order: 1, precision: 'float64', backend: null },
      files: [{ file: 'prints.mjs', verdict: 'pass', problem: null }],
    });
    expect(result.specs).toMatchObject([
      { name: 'sine', exportedAs: 'sine', status: 'pass', mode: 'sampled' },
    ]);
  });

  it('with --quiet failures only, on stderr', async () => {
    expect(await check('right.mjs', '--quiet')).toEqual({ code: 0, stdout: '', stderr: '' });
    const { code, stdout, stderr } = await check('wrong.mjs', '--quiet');
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toMatch(/^\nGradient check FAILED: sine: /);
    expect(stderr).toMatch(/verdict {2}FAIL: 1 of 2 specs/);
  });
});

it('keeps compiled code for the next check, where Node can', async () => {
  const TMPDIR = await scratch();
  const { code } = await backproof(['check', 'right.mjs'], { cwd: folder, env: { TMPDIR, TMP: TMPDIR } });
  expect(code).toBe(0);
  expect((await readdir(TMPDIR)).includes('node-compile-cache')).toBe('enableCompileCache' in module);
});

it('says what goes on when it takes more than a second', async () => {
  const { stderr } = await backproof(['check', 'endless-forward.mjs', '--timeout', '3'], { cwd: folder });
  expect(stderr).toMatch(/^check: (?:loading|endless)\n/);
});

describe('specs', () => {
  it('are found by name, by default, in lists and in records, each once', async () => {
    const { specs } = JSON.parse((await check('many.mjs', '--json')).stdout);
    expect(specs.map(({ name, exportedAs }: Record<string, string>) => [name, exportedAs]).sort()).toEqual([
      ['by default', 'default'],
      ['first', 'layers.first'],
      ['list[0]', 'list[0]'],
      ['second', 'again'],
    ]);
  });

  it.each(['by default', 'layers.first', 'list[0]'])('are chosen by --only %s', async (name) => {
    const { specs } = JSON.parse((await check('many.mjs', '--json', '--only', name)).stdout);
    expect(specs).toHaveLength(1);
  });

  it('that cannot be checked end with 2, and the others are checked', async () => {
    const { code, stdout, stderr } = await check('invalid.mjs');
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'invalid.mjs: ragged: input x: ragged nesting: expected 1 entries at [1], got 2\n',
    });
    expect(stdout).toMatch(/\nfine +x +\[2\] +pass/);
    expect(stdout).toMatch(/\nragged +INVALID\n/);
  });
});

/** A timeout that is long enough to load TensorFlow.js on a slow machine. */
const endless = ['--timeout', '5'];
const bad: [string, string[], string][] = [
  ['throws', ['throws.mjs'], 'expected a module that loads, got TypeError: no such luck (throws.mjs:2)'],
  [
    'throws out of a timer',
    ['throws-later.mjs'],
    'expected no errors while it was loaded, got TypeError: late (throws-later.mjs:1)',
  ],
  ['is empty', ['empty.mjs'], 'expected an exported spec { inputs, forward, backward? }, got no exports'],
  [
    'exports no spec',
    ['no-spec.mjs'],
    'expected an exported spec { inputs, forward, backward? }, got the exports answer',
  ],
  [
    'never ends',
    ['endless.mjs', ...endless],
    'expected specs to check, got no end while it was loaded: 5 s without a sign of life (--timeout SECONDS allows for more)',
  ],
  ['awaits for ever', ['waits.mjs'], 'expected an end, got an await that never ends while it was loaded'],
  ['calls process.exit', ['exits.mjs'], 'expected specs to check, got process.exit(0) while it was loaded'],
  [
    'is killed',
    ['aborts.mjs'],
    'expected specs to check, got the end of its process: SIGKILL while it was loaded',
  ],
  [
    'has a syntax error',
    ['syntax.mjs'],
    "expected a module that loads, got SyntaxError: Unexpected token '=' (syntax.mjs:2)",
  ],
  [
    'has a syntax error in TypeScript',
    ['syntax.ts'],
    'expected a module that loads, got SyntaxError: Unexpected token (syntax.ts:2)',
  ],
  [
    'imports a file that is missing',
    ['misses-file.ts'],
    'expected a module that loads, got Error: Cannot find module',
  ],
  [
    'imports an op that TensorFlow.js does not have',
    ['misses-name.mjs'],
    "got SyntaxError: The requested module '@tensorflow/tfjs' does not provide an export named 'gelu' (misses-name.mjs:1)",
  ],
  [
    'is missing',
    ['nowhere.ts'],
    'expected a file, got none there (backproof check --init nowhere.ts writes an example)',
  ],
  ['is no module', ['notes.txt'], 'expected a module (.ts, .mts, .cts, .js, .mjs, .cjs), got .txt'],
];

describe('a module that cannot be checked ends with 2 and one line', () => {
  it.each(bad)('%s', async (_what, args, expected) => {
    const { code, stdout, stderr } = await check(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toMatch(new RegExp(`^backproof: ${args[0]}: `));
    expect(stderr).toContain(expected);
  });
});

describe('wrong usage ends with 2 and one line', () => {
  it.each([
    ['wrong.mjs --only sin', '--only sin: expected one of other, sine, got sin (did you mean sine?)'],
    [
      'right.mjs --mode ful',
      '--mode: expected one of full, sampled, directional, got ful (did you mean full?)',
    ],
    ['right.mjs --seed -1', '--seed: expected an integer 0..4294967295, got -1'],
    ['right.mjs --timeout 0', '--timeout: expected a number of seconds above 0, got 0'],
    ['right.mjs --self-test', '--self-test: expected no FILE with it, got right.mjs'],
    ['', 'check: expected a FILE with specs, got none (--init FILE writes an example)'],
  ])('check %s', async (args, expected) => {
    const { code, stdout, stderr } = await check(...args.split(' ').filter((arg) => arg !== ''));
    expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: '', stderr: `backproof: ${expected}\n` });
  });
});
