import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { root } from '../support/native.ts';

const page = readFileSync(join(root, 'docs/tfjs-faults.md'), 'utf8');
const onCpu = [...page.matchAll(/```js\n([\s\S]*?)```/g)]
  .map(([, code]) => code!)
  .filter((code) => code.includes("setBackend('cpu')"));

interface Printed {
  /** null for what is no finite number, as JSON has it. */
  readonly printed: (number | null)[] | null;
  readonly thrown: string | null;
}

/** Runs the repeats in one program on TensorFlow.js, after `imports`. */
function run(imports: string): Printed[] {
  const blocks = onCpu.map((code) => {
    const body = code.replaceAll(/^import .*$/gm, '');
    return `await repeat(async (console) => {\n${body}\n});`;
  });
  const program = [
    "import * as tf from '@tensorflow/tfjs';",
    imports,
    'const results = [];',
    'async function repeat(run) {',
    '  let printed = null;',
    '  let thrown = null;',
    '  try { await run({ log: (values) => { printed = Array.from(values); } }); } catch (error) { thrown = error.message; }',
    '  results.push({ printed, thrown });',
    '}',
    ...blocks,
    "process.stdout.write('\\n=====' + JSON.stringify(results));",
  ].join('\n');
  const ended = spawnSync(process.execPath, ['--input-type=module'], {
    cwd: root,
    input: program,
    encoding: 'utf8',
  });
  if (ended.status !== 0) throw new Error(ended.stderr);
  return JSON.parse(ended.stdout.split('=====').at(-1)!) as Printed[];
}

type Numbers = readonly (number | null)[];
const listed = (code: string, what: string): Numbers | null => {
  const found = new RegExp(`^// ${what}: +(\\[.*\\])$`, 'm').exec(code)?.[1];
  return found === undefined ? null : (JSON.parse(found.replaceAll(/NaN|-?Infinity/g, 'null')) as Numbers);
};
const mostDifference = (a: Numbers, b: Numbers): number =>
  a.length === b.length
    ? Math.max(...a.map((value, at) => difference(value, b[at]!)))
    : Number.POSITIVE_INFINITY;
function difference(a: number | null, b: number | null): number {
  if (a === null || b === null) return a === b ? 0 : Number.POSITIVE_INFINITY;
  return Math.abs(a - b) / Math.max(1, Math.abs(b));
}

describe('the repeats of the page of faults on the cpu backend', () => {
  let plain: Printed[];
  let fixed: Printed[];
  beforeAll(() => {
    plain = run('');
    fixed = run("import 'backproof/gradients';\nimport 'backproof/cpu-fixes';");
  });

  it('are there', () => {
    expect(onCpu.length).toBeGreaterThan(20);
    expect(plain).toHaveLength(onCpu.length);
  });

  it('come out on plain TensorFlow.js as the page says, and not right', () => {
    for (const [at, code] of onCpu.entries()) {
      const came = listed(code, 'came');
      const { printed, thrown } = plain[at]!;
      if (came === null) {
        expect({ code, thrown }).toEqual({ code, thrown: expect.stringMatching(/./) });
        expect(code).toContain('// throws: ');
        continue;
      }
      expect({ code, thrown }).toEqual({ code, thrown: null });
      expect({ code, near: mostDifference(printed!, came) < 1e-4 }).toEqual({ code, near: true });
      expect({ code, off: mostDifference(printed!, listed(code, 'right')!) > 1e-3 }).toEqual({
        code,
        off: true,
      });
    }
  });

  it('come out right with the entries', () => {
    for (const [at, code] of onCpu.entries()) {
      const right = listed(code, 'right');
      const { printed, thrown } = fixed[at]!;
      expect({ code, thrown }).toEqual({ code, thrown: null });
      if (right !== null)
        expect({ code, near: mostDifference(printed!, right) < 1e-4 }).toEqual({ code, near: true });
    }
  });
});
