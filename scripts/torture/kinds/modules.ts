import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fragments, oddSpecs } from '../fragments.ts';
import { firstOf, type Kind, type Problem, pick, type Random, whole } from '../kind.ts';
import { mutatedBytes } from '../mutate.ts';
import { judgeEnd, leftOf, runProgram } from '../program.ts';

const imports = `import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { closeSync, writeSync } from 'node:fs';
import { serialize } from 'node:v8';
import { Worker } from 'node:worker_threads';
`;
const good = 'export const good = { inputs: { x: [0.5] }, forward: (tf, { x }) => tf.sin(x) };\n';
/** Must be found wrong, or not judged: never passed. */
const wrong = `export const wrong = { inputs: { x: [0.5] }, forward: (tf, { x }) => tf.sin(x),
  backward: (tf, { x }, dy) => ({ x: tf.mul(dy, tf.sin(x)) }) };\n`;

interface Module {
  readonly source: string | Uint8Array;
  readonly how: string;
}

function draw(random: Random): Module {
  const kind = random();
  if (kind < 0.2) {
    const name = pick(random, Object.keys(oddSpecs));
    return { source: `${good}${wrong}${oddSpecs[name]}\n`, how: `a spec: ${name}` };
  }
  if (kind < 0.3) {
    const { bytes, how } = mutatedBytes(Buffer.from(good + wrong), random);
    return { source: bytes, how: `its text: ${how}` };
  }
  const names = Array.from({ length: whole(random, 1, 2) }, () => pick(random, Object.keys(fragments)));
  const body = names.map((name) => fragments[name]).join('\n');
  const inside = random() < 0.5;
  const hostile = inside
    ? `export const hostile = { inputs: { x: [0.5] }, forward: (tf, { x }) => { ${body}\nreturn tf.sin(x); } };\n`
    : `${body}\n`;
  const parts = random() < 0.5 ? [hostile, good, wrong] : [good, wrong, hostile];
  return {
    source: imports + parts.join(''),
    how: `${names.join(', then ')}, ${inside ? 'in a forward' : 'at the top'}`,
  };
}

/** Modules that misbehave: each may spoil only its own result, and none may influence the verdict on it. */
export const modules: Kind = {
  async start({ root }) {
    return {
      async trial(random, folder) {
        const { source, how } = draw(random);
        writeFileSync(join(folder, 'module.mjs'), source);
        const memory = { NODE_OPTIONS: '--max-old-space-size=300' };
        const command = [join(root, 'dist', 'cli.js'), 'check', 'module.mjs', '--json', '--timeout', '4'];
        const ended = await runProgram(command, { cwd: folder, env: memory });
        for (let waits = 0; waits < 10 && leftOf(ended.mark).length > 0; waits++) await pause(100);
        const left = leftOf(ended.mark);
        for (const pid of left) process.kill(Number(pid), 'SIGKILL');
        const problem = firstOf(
          // The module itself may print anything.
          judgeEnd({ ...ended, stderr: 'its own words' }, [2, 3, 4]),
          ended.stderr.includes('a fault of its own') ? `a fault: ${ended.stderr.slice(-300)}` : null,
          judgeReport(ended.stdout),
          left.length > 0 ? 'processes that stay' : null,
        );
        return problem && `${how}: ${problem}`;
      },
      async stop() {},
    };
  },
};

/** The fault of a report, or null: no correct spec may fail, no wrong one pass, and it may contain nothing hidden. */
function judgeReport(text: string): Problem {
  let report: { verdict: string; specs: { name: string; status: string }[] };
  try {
    report = JSON.parse(text);
  } catch {
    return `no report: ${text.slice(0, 100)}`;
  }
  const statusOf = (name: string) => report.specs.find((spec) => spec.name === name)?.status;
  if (report.verdict === 'pass') return 'PASS';
  if (statusOf('wrong') === 'pass') return 'the wrong spec passes';
  if (statusOf('good') === 'fail') return 'the right spec fails';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be printed
  return /[\x00-\x09\x0b-\x1f]|\\u00[01]/.test(text) ? 'control characters in the report' : null;
}
