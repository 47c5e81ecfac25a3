import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { backproof, scratchFolders, withoutProgress } from '../../support/cli.ts';

const sine = '{ inputs: { x: [0.5, -1.5] }, forward: (tf, { x }) => tf.sin(x)';
const right = (name: string) => `export const ${name} = ${sine} };`;
const wrong = (name: string) =>
  `export const ${name} = ${sine}, backward: (tf, { x }, dy) => ({ x: tf.mul(dy, tf.sin(x)) }) };`;

/** Modules in folders, by path. */
const files = {
  'src/a.gradcheck.mjs': right('a'),
  'src/deep/er/b.gradcheck.mjs': `// The line counts.\n${wrong('b')}`,
  'src/deep/c.gradcheck.ts': right('c'),
  'src/deep/d.gradcheck.cjs': right('d').replace('export const d', 'exports.d'),
  'src/deep/helper.mjs': 'export const helper = 1;',
  'src/node_modules/other/e.gradcheck.mjs': right('e'),
  'other/f.mjs': right('f'),
  'other/g.mjs': `${right('g')}\n${right('shared')}`,
  'other/[id].mjs': right('id'),
  'other/notes.txt': '',
  'none/h.mjs': right('h'),
  'bad/throws.mjs': 'throw new Error(\'no <luck> & "none"\');',
  'bad/unsupported.mjs':
    'export const top = { inputs: { x: [1, 2] }, forward: (tf, { x }) => tf.topk(x).values };',
};

const scratch = scratchFolders();
let cwd: string;
beforeAll(async () => {
  cwd = await scratch();
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(cwd, name)), { recursive: true });
    await writeFile(join(cwd, name), content);
  }
});
const check = async (...args: string[]) => {
  const { stderr, ...ended } = await backproof(['check', ...args], { cwd });
  return { ...ended, stderr: withoutProgress(stderr, 'check') };
};
interface File {
  readonly file: string;
  readonly verdict: string;
  readonly specs: { readonly name: string; readonly message: string }[];
}
const filesOf = async (...args: string[]): Promise<{ code: number | null; files: File[] }> => {
  const { code, stdout } = await check(...args, '--json');
  const { files, specs } = JSON.parse(stdout) as {
    files: File[];
    specs: (File['specs'][number] & { file: string })[];
  };
  const own = (file: string) => specs.filter((spec) => spec.file === file);
  return { code, files: files.map((file) => ({ ...file, specs: own(file.file) })) };
};
const names = (found: { files: File[] }) => found.files.map(({ file }) => file);

describe('which modules are checked', () => {
  it('of a folder those whose name says gradcheck, at any depth, in order', async () => {
    const found = await filesOf('src');
    expect(names(found)).toEqual([
      'src/a.gradcheck.mjs',
      'src/deep/c.gradcheck.ts',
      'src/deep/d.gradcheck.cjs',
      'src/deep/er/b.gradcheck.mjs',
    ]);
    expect(found.files.map(({ verdict }) => verdict)).toEqual(['pass', 'pass', 'pass', 'fail']);
    expect(found.code).toBe(3);
  });

  it('of a glob those that it means, and each module once', async () => {
    const found = await filesOf('other/g.mjs', 'other/*', './other/f.mjs');
    expect(names(found)).toEqual(['other/g.mjs', 'other/[id].mjs', 'other/f.mjs']);
    expect(found.code).toBe(0);
  });

  it('a name with brackets, where a file has it', async () => {
    expect(names(await filesOf('other/[id].mjs'))).toEqual(['other/[id].mjs']);
  });

  it.each([
    ['none', 'none: expected files *.gradcheck.{ts,mts,cts,js,mjs,cjs} in this folder, got none'],
    ['none/*.js', 'none/*.js: expected files *.{ts,mts,cts,js,mjs,cjs} that this pattern means, got none'],
    [
      'other/*.txt',
      'other/*.txt: expected files *.{ts,mts,cts,js,mjs,cjs} that this pattern means, got 1 of other kinds',
    ],
  ])('none of %s, which is said', async (target, line) => {
    expect(await check(target)).toEqual({ code: 2, stdout: '', stderr: `backproof: ${line}\n` });
  });

  it('only those with a spec of the name that --only asks for', async () => {
    const found = await filesOf('other/f.mjs', 'other/g.mjs', '--only', 'shared');
    expect(found).toMatchObject({ code: 0, files: [{ file: 'other/g.mjs', specs: [{ name: 'shared' }] }] });
    expect(found.files).toHaveLength(1);
    const { code, stderr } = await check('other/f.mjs', 'other/g.mjs', '--only', 'shard');
    expect(code).toBe(2);
    expect(stderr).toBe(
      'backproof: --only shard: expected one of f, g, shared, got shard (did you mean shared?)\n',
    );
  });
});

describe('the verdict is the worst of all', () => {
  it.each([
    [['src/a.gradcheck.mjs', 'other/f.mjs'], 0],
    [['other/f.mjs', 'bad/unsupported.mjs'], 4],
    [['bad/unsupported.mjs', 'src/deep/er/b.gradcheck.mjs'], 3],
    [['bad/throws.mjs', 'src/deep/er/b.gradcheck.mjs', 'other/f.mjs'], 2],
    [['other/nowhere.mjs', 'other/f.mjs'], 2],
  ])('%j: %i', async (targets, expected) => {
    const found = await filesOf(...targets);
    expect(found.code).toBe(expected);
    expect(names(found)).toEqual(targets);
  });
});

describe('reporters', () => {
  const three = ['other/f.mjs', 'src/deep/er/b.gradcheck.mjs', 'bad/throws.mjs'];

  it('default: a block for each module, problems on stderr, the verdict at the end', async () => {
    const { code, stdout, stderr } = await check(...three);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr:
        'backproof: bad/throws.mjs: expected a module that loads, got Error: no <luck> & "none" (bad/throws.mjs:1)\n',
    });
    expect(stdout).toMatch(
      /^other\/f\.mjs\nspec .*\nf +x .*pass.*\n\nsrc\/deep\/er\/b\.gradcheck\.mjs\nspec .*\nb +x .*FAIL/,
    );
    expect(stdout).toMatch(
      /\nverdict {2}INVALID: 2 specs, 1 of 3 modules cannot be checked, 3 files, checked in \d+\.\d s\n$/,
    );
  });

  it('junit: well-formed XML, with a case for every spec and every problem', async () => {
    const { code, stdout, stderr } = await check(...three, '--reporter', 'junit');
    expect({ code, stderr: stderr.includes('throws.mjs') }).toEqual({ code: 2, stderr: false });
    expect(stdout).toMatch(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n<testsuites name="backproof check" /);
    expect(stdout).toContain('tests="3" failures="1" errors="1"');
    expect(stdout).toMatch(/<testcase classname="other\/f\.mjs" name="f" time="\d+\.\d{3}"\/>/);
    expect(stdout).toMatch(/<failure type="fail" message="Gradient check FAILED: b: x \[2\][^"]*">/);
    expect(stdout).toContain('got Error: no &lt;luck&gt; &amp; &quot;none&quot; (bad/throws.mjs:1)');
    expect(unclosed(stdout)).toEqual([]);
  });

  it('github: an annotation at the export of what is wrong', async () => {
    const { stdout } = await check(...three, '--reporter', 'github');
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toMatch(
      /^::error file=src\/deep\/er\/b\.gradcheck\.mjs,line=2,title=b%3A fail::Gradient check FAILED: .*%0A.*$/,
    );
    expect(lines[1]).toMatch(/^::error file=bad\/throws\.mjs,line=1,title=the module::bad\/throws\.mjs: /);
    expect(lines[2]).toMatch(/^verdict {2}INVALID: /);
    expect(lines).toHaveLength(3);
  });

  it('github: a warning where nothing is wrong, and nothing is shown to be right', async () => {
    const { stdout } = await check('bad/unsupported.mjs', '--reporter', 'github');
    expect(stdout).toMatch(/^::warning file=bad\/unsupported\.mjs,line=1,title=top%3A unsupported::/);
  });

  it('json: as --json, with the problem of a module in it', async () => {
    const { stdout } = await check('bad/throws.mjs', '--reporter', 'json');
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 'backproof/check/1',
      verdict: 'invalid',
      files: [{ file: 'bad/throws.mjs', verdict: 'invalid' }],
      specs: [],
    });
  });
});

describe('options reach the checker, and the command that repeats the check', () => {
  it.each([
    ['--order 2', { order: 2 }],
    ['--kinks subgradient', { kinks: { policy: 'subgradient' } }],
    ['--mode sampled', { mode: 'sampled' }],
    ['--points 3', { exact: { verdict: 'proved' }, point: null }],
    [
      '--rtol 0.001 --atol 0.01',
      { inputs: { x: { worst: { tolerance: { rtol: 0.001, absolute: 0.01 } } } } },
    ],
    ['--precision float32 --backend cpu', { precision: 'float32', backend: 'cpu' }],
    ['--precision float32 --backend wasm', { precision: 'float32', backend: 'wasm' }],
  ])('%s', async (flags, expected) => {
    const bad = 'src/deep/er/b.gradcheck.mjs';
    const { files } = await filesOf('src/a.gradcheck.mjs', bad, ...flags.split(' '));
    // With --order 2, a spec that fails at the first order is not checked at the second.
    expect(files[0]!.specs).toMatchObject([expected]);
    const again = /Reproduce: backproof (check .*)$/m.exec(files[1]!.specs[0]!.message)![1]!;
    expect(again).toBe(`check ${bad} --only b --seed 1 ${flags}`);
    expect((await backproof(again.split(' '), { cwd })).code).toBe(3);
  });

  it.each([
    ['--order 3', '--order: expected one of 1, 2, got 3 (did you mean 1?)'],
    [
      '--kinks freze',
      '--kinks: expected one of freeze, skip, subgradient, error, got freze (did you mean freeze?)',
    ],
    ['--points -1', '--points: expected a whole number 0..10000, got -1'],
    ['--points 3 --exact off', '--points: expected --exact on or only with it, got off'],
    ['--points 3 --precision float32', '--points: expected --precision float64 with it, got float32'],
    ['--rtol -1', '--rtol: expected a number from 0 and below 0.5, got -1'],
    ['--atol NaN', '--atol: expected a number from 0, got NaN'],
    ['--rtol Infinity', '--rtol: expected a number from 0 and below 0.5, got Infinity'],
    [
      '--precision float16',
      '--precision: expected one of float64, float32, got float16 (did you mean float64?)',
    ],
    ['--backend wasm', '--backend: expected --precision float32 with it, got wasm in double precision'],
    [
      '--precision float32 --backend webgl',
      '--backend: expected one of cpu, wasm, native, got webgl (did you mean wasm?)',
    ],
    ['--precision float32 --order 2', '--order: expected 1 with --precision float32, got 2'],
    [
      '--reporter junt',
      '--reporter: expected one of default, json, junit, github, got junt (did you mean junit?)',
    ],
    ['--json --reporter junit', '--json: expected no other --reporter with it, got junit'],
  ])('%s is refused', async (flags, line) => {
    expect(await check('other/f.mjs', ...flags.split(' '))).toEqual({
      code: 2,
      stdout: '',
      stderr: `backproof: ${line}\n`,
    });
  });

  it('every option is in --help', async () => {
    const { stdout } = await backproof(['check', '--help']);
    const source = await readFile(new URL('../../../src/commands/checkOptions.ts', import.meta.url), 'utf8');
    const options = [...source.matchAll(/new Option\(\s*'(--[a-z-]+)/g)].map(([, option]) => option!);
    expect(options).toHaveLength(16);
    const [, examples] = stdout.split('Examples:');
    for (const option of options) {
      expect(stdout).toContain(`  ${option}`);
      expect(examples).toContain(option);
    }
    expect(stdout).toContain('A checked module is trusted code');
  });
});

describe('--precision float32 runs the TensorFlow.js that is installed', () => {
  const convolution = `const x = { values: [1, 2, 3, 4, 5, 6, 7, 8, 9], shape: [1, 3, 3, 1] };
    const w = { values: [0.5, -1, 2, 0.25], shape: [2, 2, 1, 1] };
    export const conv = { inputs: { x, w }, forward: (tf, { x, w }) => tf.conv2d(x, w, 1, 'valid') };`;
  const imports = (line: string) => `import '${line}';\n${convolution}`;

  it('with the kernels that it has, and those of backproof/wasm-training where that is imported', async () => {
    await writeFile(join(cwd, 'plain.mjs'), convolution);
    await writeFile(join(cwd, 'fixed.mjs'), imports('backproof/wasm-training'));
    const flags = ['--precision', 'float32', '--backend', 'wasm', '--reporter', 'json'];
    const { files } = await filesOf('plain.mjs', 'fixed.mjs', ...flags);
    expect(files.map(({ verdict }) => verdict)).toEqual(['unsupported', 'pass']);
    expect(files[0]!.specs[0]!.message).toContain("Kernel 'Conv2DBackpropFilter' not registered");
  });

  it.each(['@tensorflow/tfjs', 'backproof/float64'])('but not a module that imports %s', async (name) => {
    await writeFile(join(cwd, 'imports.mjs'), imports('./dependency.mjs'));
    await writeFile(join(cwd, 'dependency.mjs'), `import '${name}';`);
    expect((await check('imports.mjs')).code).toBe(0);
    const { code, files } = await filesOf('imports.mjs', '--precision', 'float32');
    expect(code).toBe(2);
    expect(files[0]!.specs[0]!.message).toContain(
      `expected forward and backward that use only the tf they are handed, got an import of ${name} in dependency.mjs`,
    );
  });
});

/** The elements that are opened but not closed, or closed but not opened. */
function unclosed(xml: string): string[] {
  const open: string[] = [];
  for (const [, closing, name, empty] of xml.matchAll(/<(\/?)([a-z]+)[^<>]*?(\/?)>/g)) {
    if (closing === '/') {
      if (open.at(-1) !== name) return [...open, name!];
      open.pop();
    } else if (empty !== '/') open.push(name!);
  }
  return open;
}
