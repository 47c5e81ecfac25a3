import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { leftIn, tornIn } from '../folders.ts';
import { firstOf, type Kind, type Problem, pick, whole } from '../kind.ts';
import { type Ended, judgeEnd, runProgram } from '../program.ts';

const small = ['--data', 'synthetic', '--per-class', '10', '--epochs', '5', '--quiet'];
const commands: readonly (readonly string[])[] = [
  ['train', ...small],
  ['sweep', '--seeds', '0-199', ...small],
  ['report', '--from', 'RESULTS', '--quiet'],
];

const run = (command: string, ...args: string[]): boolean => spawnSync(command, args).status === 0;

/** Small disks that fill up, read-only disks, a full stdout: exit 5 with the path, and no torn files. */
export const disks: Kind = {
  async start({ root, scratch, results: made }) {
    const probe = join(scratch, 'probe');
    mkdirSync(probe);
    if (!run('mount', '-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', probe))
      return 'a small disk is mounted by root only, on Linux';
    run('umount', probe);
    const results = made();
    return {
      async trial(random, folder) {
        const disk = join(folder, 'disk');
        mkdirSync(disk);
        const kilobytes = Math.round(16 * 2 ** (random() * 9));
        if (!run('mount', '-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'tmpfs', disk)) return 'mount failed';
        const out = join(disk, 'out');
        const [name, ...rest] = pick(random, commands);
        const words = rest.map((word) => (word === 'RESULTS' ? results : word));
        const command = [join(root, 'dist', 'cli.js'), name!, ...words, '--out', out];
        const way = pick(random, ['small', 'small', 'filled', 'read-only', 'stdout'] as const);
        try {
          let stdout: number | undefined;
          if (way === 'filled') {
            const ballast = Buffer.alloc(whole(random, 0, kilobytes) * 900);
            writeFileSync(join(disk, 'ballast'), ballast);
          }
          if (way === 'read-only') run('mount', '-o', 'remount,ro', disk);
          if (way === 'stdout') {
            run('mount', '-o', 'remount,size=64m', disk);
            stdout = openSync('/dev/full', 'w');
            command.push('--json');
          }
          const ended = await runProgram(command, { cwd: folder, ...(stdout && { stdout }) });
          if (stdout) closeSync(stdout);
          const torn = firstOf(tornIn(out), leftIn(out));
          run('mount', '-o', 'remount,rw,size=64m', disk);
          const again = await runProgram(command, { cwd: folder });
          const problem = firstOf(
            judgeFull(ended, way === 'stdout' ? 'stdout' : disk, way === 'read-only' || way === 'stdout'),
            torn,
            judgeEnd(again, [0]) && `with room: ${judgeEnd(again, [0])}`,
            leftIn(out),
          );
          return problem && `${name} on a disk of ${kilobytes} kB, ${way}: ${problem}`;
        } finally {
          run('umount', disk);
        }
      },
      async stop() {},
    };
  },
};

/** The program must end well if there was room, and otherwise with 5 and a line that names the path. */
function judgeFull(ended: Ended, place: string, mustFail: boolean): Problem {
  const problem = judgeEnd(ended, mustFail ? [5] : [0, 5]);
  if (problem !== null || ended.code === 0) return problem;
  const lines = ended.stderr.trim().split('\n');
  return lines.some((line) => line.startsWith('backproof: ') && line.includes(place))
    ? null
    : `no line that names ${place}: ${lines.join(' | ').slice(0, 300)}`;
}
