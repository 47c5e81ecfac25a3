import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { backproof, scratchFolders, withoutProgress } from '../../support/cli.ts';

/** Modules that misbehave by accident or by habit: each one loses only its own result, or only that of one spec. */
const scratch = scratchFolders();
let folder: string;
beforeAll(async () => {
  folder = await scratch();
});

const good = 'export const good = { inputs: { x: [0.5] }, forward: (tf, { x }) => tf.sin(x) };';
const wrong = `export const wrong = { inputs: { x: [0.5] }, forward: (tf, { x }) => tf.sin(x),
  backward: (tf, { x }, dy) => ({ x: tf.mul(dy, tf.sin(x)) }) };`;
const throwing = (name: string, body: string) =>
  `export const ${name} = { inputs: { x: [0.5] }, forward: (tf, { x }) => { ${body} } };`;

interface Spec {
  readonly name: string;
  readonly status: string;
  readonly message: string;
}

/** The result for a module with this source. */
async function check(source: string, ...args: string[]) {
  const name = 'module.mjs';
  await writeFile(join(folder, name), source);
  const { code, stdout, stderr } = await backproof(['check', name, '--json', ...args], { cwd: folder });
  const { files, specs } = JSON.parse(stdout) as { files: { problem: string | null }[]; specs: Spec[] };
  const { problem } = files[0]!;
  const status = Object.fromEntries(specs.map((spec) => [spec.name, spec.status]));
  const message = (of: string): string | undefined => specs.find((spec) => spec.name === of)?.message;
  return { code, stderr: withoutProgress(stderr, 'check'), problem, status, message };
}

describe('a spec costs only itself', () => {
  const ways: [string, string, string][] = [
    [
      'that never returns',
      'for (;;);',
      'no end: 2 s without a sign of life (--timeout SECONDS allows for more)',
    ],
    ['that exits', 'process.exit(7);', 'process.exit(7)'],
    ['that exits, and would go on', 'try { process.exit(0); } catch {} return tf.sin(x);', 'process.exit(0)'],
    ['that is killed', "process.kill(process.pid, 'SIGKILL'); for (;;);", 'the end of its process: SIGKILL'],
    ['that ends its process', 'process.reallyExit(3);', 'the end of its process: exit code 3'],
  ];
  it.each(ways)('%s', async (_what, body, got) => {
    const { code, status, message } = await check(
      [good, throwing('middle', body), wrong].join('\n'),
      '--timeout',
      '2',
    );
    expect({ code, status }).toEqual({ code: 2, status: { good: 'pass', middle: 'invalid', wrong: 'fail' } });
    expect(message('middle')).toBe(`module.mjs: middle: expected a check that ends, got ${got}`);
  });

  it('all of them, in one module', async () => {
    const bodies = ways.map(([, body], at) => throwing(`way${at}`, body));
    const { code, status } = await check([...bodies, good, wrong].join('\n'), '--timeout', '2');
    const invalid = Object.fromEntries(ways.map((_, at) => [`way${at}`, 'invalid']));
    expect({ code, status }).toEqual({ code: 2, status: { ...invalid, good: 'pass', wrong: 'fail' } });
  });

  it.each([
    ['that throws a symbol', "throw Symbol('x');", 'Symbol(x)'],
    [
      'that throws an object without a prototype',
      'throw Object.create(null);',
      'a thrown value that cannot be read',
    ],
    [
      'that throws what cannot be read',
      "throw new Proxy({}, { get() { throw 1; }, getPrototypeOf() { throw Symbol('y'); } });",
      '',
    ],
    [
      'that throws an error with throwing getters',
      "throw Object.defineProperty(new Error('z'), 'message', { get() { throw 1; } });",
      '',
    ],
    [
      'whose promise is rejected',
      'return (async () => { await x.data(); return tf.sin(x); })();',
      'forward returned a promise',
    ],
    [
      'that throws later, in its own time',
      "Promise.resolve().then(() => { throw new Error('late'); }); return tf.sin(x);",
      'expected no errors outside of forward and backward, got Error: late (module.mjs:2)',
    ],
  ])('%s', async (_what, body, got) => {
    const { code, status, message, stderr } = await check([good, throwing('middle', body), wrong].join('\n'));
    expect({ code, status }).toEqual({ code: 2, status: { good: 'pass', middle: 'invalid', wrong: 'fail' } });
    expect(message('middle')).toContain(got);
    expect(stderr).not.toContain('a fault of its own');
  });

  it('whose export cannot be read', async () => {
    const trap = `export const trap = new Proxy({}, { has() { throw new TypeError('no look'); } });`;
    const { code, status, message } = await check([good, trap].join('\n'));
    expect({ code, status }).toEqual({ code: 2, status: { good: 'pass', trap: 'invalid' } });
    expect(message('trap')).toContain('expected an export that can be read, got TypeError: no look');
  });

  it('that makes the checker itself fail, which ends with 1 and a stack', async () => {
    const breaks = `const kept = (globalThis.kept ??= Object.fromEntries);
      Object.fromEntries = undefined; setImmediate(() => { Object.fromEntries = kept; });
      return tf.sin(x);`;
    const { code, status, message, stderr } = await check(
      [good, throwing('middle', breaks), wrong].join('\n'),
    );
    expect({ code, status }).toEqual({ code: 1, status: { good: 'pass', middle: 'invalid', wrong: 'fail' } });
    expect(message('middle')).toContain('expected a check, got a fault of backproof: TypeError: ');
    expect(stderr).toMatch(/^backproof: a fault of its own, please report it\nTypeError: .*\n {4}at /);
  });

  it.each([
    ['without a stack', "throw Object.assign(new Error('bare'), { stack: undefined });", 'bare'],
    [
      'from deep inside TensorFlow.js',
      'const f = (n) => (n === 0 ? tf.matMul(x, x) : tf.tidy(() => f(n - 1))); return f(20);',
      'inner shapes (1) and (undefined)',
    ],
  ])('that throws an error %s, which is none of the checker', async (_what, body, got) => {
    const { code, message } = await check([good, throwing('middle', body)].join('\n'));
    expect(code).toBe(2);
    expect(message('middle')).toContain(got);
  });

  it('that throws only beside the point, where nothing can be compared', async () => {
    const beside = "if (x.dataSync()[0] !== 0.5) throw new RangeError('off the point'); return tf.sin(x);";
    const { code, status, message } = await check([good, throwing('middle', beside)].join('\n'));
    expect({ code, status }).toEqual({ code: 4, status: { good: 'pass', middle: 'inconclusive' } });
    expect(message('middle')).toContain('the forward throws within x ± h: off the point');
  });

  it('and an error that belongs to none is the module’s', async () => {
    const { code, status, problem } = await check(
      `setTimeout(() => { throw new Error('of the module'); });\n${good}`,
    );
    expect({ code, status }).toEqual({ code: 2, status: { good: 'pass' } });
    expect(problem).toBe(
      'module.mjs: expected no errors outside of the specs, got Error: of the module (module.mjs:1)',
    );
  });
});

describe('a module cannot decide its own verdict', () => {
  it('has no channel of Node', async () => {
    const { code, status } = await check(
      `if (process.send || process.connected || process.env.NODE_CHANNEL_FD) throw new Error('a channel');\n${good}`,
    );
    expect({ code, status }).toEqual({ code: 0, status: { good: 'pass' } });
  });

  it('finds nothing about the check in its arguments or environment', async () => {
    const { code } = await check(
      `if (process.argv.length !== 2 || process.execArgv.some((arg) => /[0-9a-f]{8}-/.test(arg)) ||
        Object.keys(process.env).some((name) => /backproof|nonce/i.test(name))) throw new Error('told');\n${good}`,
    );
    expect(code).toBe(0);
  });

  it('by the idiom of PM2, unasked', async () => {
    const { code, problem } = await check(`process.send('ready');\n${good}`);
    expect(code).toBe(2);
    expect(problem).toContain('process.send is not a function');
  });

  const forged = `
    import { serialize } from 'node:v8';
    import { writeSync } from 'node:fs';
    const report = { exportedAs: 'wrong', name: 'wrong', status: 'pass', message: 'passed', inputs: {} };
    const kinds = [{ kind: 'loaded', specs: [], all: [] }, { kind: 'report', report }, { kind: 'done' }];
    for (const message of kinds) {
      const line = serialize(message).toString('base64');
      for (const text of [line, 'undefined ' + line, JSON.stringify(message), 'x'.repeat(99999)])
        writeSync(3, text + '\\n' + text);
    }`;
  it('by messages that it writes to the pipe', async () => {
    expect(await check(`${forged}\n${wrong}`)).toMatchObject({ code: 3, status: { wrong: 'fail' } });
  });

  it('nor without specs', async () => {
    const { code, problem } = await check(forged);
    expect(code).toBe(2);
    expect(problem).toContain('expected an exported spec { inputs, forward, backward? }, got no exports');
  });

  it('by closing the pipe', async () => {
    const { code, problem } = await check(`import { closeSync } from 'node:fs'; closeSync(3);\n${good}`);
    expect(code).toBe(2);
    expect(problem).toContain('expected specs to check, got the end of its process');
  });
});

describe('texts of the module', () => {
  const named = `export const spec = { name: 'a\\u001b[2J\\n::error::b\\u202e', inputs: { 'x\\u0007': [1] },
    forward: (tf, inputs) => tf.sin(inputs['x\\u0007']), backward: (tf, inputs, dy) => ({ 'x\\u0007': dy }) };`;
  const texts = ['json', 'junit', 'github', 'default'];
  it.each(texts)('are shown escaped by --reporter %s', async (reporter) => {
    await writeFile(join(folder, 'names.mjs'), named);
    const { code, stdout, stderr } = await backproof(['check', 'names.mjs', '--reporter', reporter], {
      cwd: folder,
    });
    expect(code).toBe(3);
    expect(withoutProgress(stderr, 'check')).toBe('');
    expect(stdout.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]/u);
    expect(stdout).not.toMatch(/^::error::b/m);
    expect(stdout).toMatch(/a\\{1,2}u\{1b\}\[2J/);
  });

  it('of errors as well', async () => {
    const { problem } = await check("throw new Error('red \\u001b[31m\\u0000\\u2028end');");
    expect(problem).toContain('Error: red \\u{1b}[31m\\u{00}\\u{2028}end');
  });
});

describe('when check is killed, nothing of it is left', () => {
  const spawning = `import { spawn } from 'node:child_process';
    const { pid } = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
    console.log('pids', process.pid, pid);`;
  it.each([
    ['a forward that never returns', `${spawning}\n${throwing('endless', 'for (;;);')}`],
    [
      'an import that never settles',
      `${spawning}\nsetInterval(() => {}, 1000); await new Promise(() => {});`,
    ],
  ])('%s', async (_what, source) => {
    await writeFile(join(folder, 'stays.mjs'), source);
    // Ends when no process holds the pipe: neither the one with the module nor any that it started.
    const { stderr, code } = await backproof(['check', 'stays.mjs'], {
      cwd: folder,
      onStderr: (soFar, kill) => {
        if (/^pids \d+ \d+$/m.test(soFar)) kill('SIGKILL');
      },
    });
    expect(code).toBeNull();
    const pids = /^pids (\d+) (\d+)$/m.exec(stderr)!.slice(1);
    for (const pid of pids) {
      // A process that has ended may still be a zombie: state Z.
      const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', pid], { encoding: 'utf8' });
      expect(stdout.trim()).toMatch(/^(?:Z.*)?$/);
    }
  });

  it('when it is stopped, it ends with 130', async () => {
    await writeFile(join(folder, 'stays.mjs'), `${spawning}\n${throwing('endless', 'for (;;);')}`);
    const { code } = await backproof(['check', 'stays.mjs'], {
      cwd: folder,
      onStderr: (soFar, kill) => {
        if (/^pids/m.test(soFar)) kill('SIGINT');
      },
    });
    expect(code).toBe(130);
  });

  it('when it is done, what the module started is gone too', async () => {
    await writeFile(join(folder, 'leaves.mjs'), `${spawning}\n${good}`);
    expect((await backproof(['check', 'leaves.mjs'], { cwd: folder })).code).toBe(0);
  });
});
