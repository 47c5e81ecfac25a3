import { writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { leftIn, tornIn } from '../folders.ts';
import { firstOf, type Kind, pick, whole } from '../kind.ts';
import { judgeEnd, leftOf, runProgram } from '../program.ts';

const small = ['--data', 'synthetic', '--per-class', '10', '--epochs', '5', '--quiet'];
const commands: Readonly<Record<string, readonly string[]>> = {
  train: ['train', ...small, '--out', 'out'],
  compare: ['compare', ...small, '--out', 'out'],
  run: ['run', ...small, '--out', 'out'],
  sweep: ['sweep', '--seeds', '0-99', ...small, '--out', 'out'],
  report: ['report', '--from', 'RESULTS', '--out', 'out', '--quiet'],
  check: ['check', 'module.mjs', '--quiet'],
};
const SIGNALS = ['SIGKILL', 'SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/** Its forward starts a child process, and is slow. */
const module = `import { spawn } from 'node:child_process';
  spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' }).unref();
  const until = Date.now() + 500;
  export const spec = { inputs: { x: [0.5, -0.3] }, forward: (tf, { x }) => { while (Date.now() < until); return tf.sin(x); } };`;

/** Every command, killed at a random moment by any signal, and then run again. */
export const kills: Kind = {
  async start({ root, results: made }) {
    const results = made();
    /** The time that each command takes undisturbed. */
    const takes = new Map<string, number>();
    return {
      async trial(random, folder) {
        // A comparison takes twenty times as long as the others.
        const name = pick(
          random,
          random() < 0.05 ? ['compare', 'run'] : ['train', 'sweep', 'report', 'check'],
        );
        const signal = pick(random, SIGNALS);
        const share = random() * 1.1;
        const command = [
          join(root, 'dist', 'cli.js'),
          ...commands[name]!.map((word) => (word === 'RESULTS' ? results : word)),
        ];
        writeFileSync(join(folder, 'module.mjs'), module);
        const alone = async () => {
          const ended = await runProgram(command, { cwd: folder });
          takes.set(name, ended.milliseconds);
          return ended;
        };
        if (!takes.has(name)) await alone();
        const afterMs = Math.max(whole(random, 0, 50), share * takes.get(name)!);
        const out = join(folder, 'out');
        const ended = await runProgram(command, { cwd: folder, kill: { signal, afterMs } });
        // The children of a killed program end when their pipe closes, which takes a moment.
        for (let waits = 0; waits < 20 && leftOf(ended.mark).length > 0; waits++) await pause(100);
        const left = leftOf(ended.mark);
        const torn = tornIn(out);
        const again = await alone();
        const killed = ended.signal === signal || ended.code === 128 + constants.signals[signal];
        const problem = firstOf(
          killed ? null : judgeEnd(ended, [0]),
          /^\s+at .*:\d+:\d+\)?$/m.test(ended.stderr) ? `a trace: ${ended.stderr.slice(-300)}` : null,
          left.length > 0 ? `processes that stay: ${left.join(', ')}` : null,
          torn,
          again.code === 0 ? null : `rerun: ${judgeEnd(again, [0])}`,
          leftIn(out),
          leftOf(again.mark).length > 0 ? 'processes that stay after the rerun' : null,
        );
        return problem && `${name}, ${signal} after ${afterMs.toFixed(0)} ms: ${problem}`;
      },
      async stop() {},
    };
  },
};
