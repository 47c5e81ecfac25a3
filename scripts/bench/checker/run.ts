import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { packageRoot } from '../../../src/system/packageRoot.ts';
import { findTorch } from '../../witness/environment.ts';
import { buildProcess, removeProcesses } from '../processes.ts';
import type { Measured, Row } from './main.ts';
import { SUBJECTS } from './subjects.ts';

interface Torch {
  readonly version: string;
  readonly subjects: readonly { readonly name: string; readonly rows: readonly Row[] }[];
}

/** null if f fails because it was aborted. */
async function unlessStopped<Result>(signal: AbortSignal, f: () => Promise<Result>): Promise<Result | null> {
  try {
    return await f();
  } catch (error) {
    if (signal.aborted) return null;
    throw error;
  }
}

/** Runs a program to its end. @throws Error if it fails or is aborted */
async function outputOf(
  program: string,
  args: readonly string[],
  input = '',
  signal?: AbortSignal,
): Promise<string> {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'], ...(signal && { signal }) });
  child.stdin.end(input);
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'close')]);
  if (code !== 0) throw new Error(`${program} ${args.join(' ')}: expected exit code 0, got ${code}`);
  return output;
}

/** Measures every way to check on every subject, and returns a table in Markdown. */
export async function benchCheckers(signal: AbortSignal, notice: (line: string) => void): Promise<string> {
  try {
    const program = await buildProcess('checker/main');
    const ours: Measured[] = [];
    for (const { name } of SUBJECTS) {
      notice(`checker   ${name}`);
      const measured = await unlessStopped(signal, () =>
        outputOf(process.execPath, [program, name], '', signal),
      );
      if (measured === null) break;
      ours.push(JSON.parse(measured) as Measured);
    }
    if (ours.length === 0) return '';
    const python = await findTorch();
    if (python === null) notice("MISSING   PyTorch's gradcheck: npm run witness gets PyTorch");
    else notice("checker   PyTorch's gradcheck");
    const script = join(packageRoot(), 'scripts', 'bench', 'checker', 'checker.py');
    const measured = SUBJECTS.slice(0, ours.length);
    const torch =
      python === null
        ? null
        : (JSON.parse(await outputOf(python, [script], JSON.stringify(measured))) as Torch);
    if (signal.aborted) notice(`PARTIAL   ${ours.length} of ${SUBJECTS.length} subjects`);
    return tableOf(ours, torch);
  } finally {
    await removeProcesses();
  }
}

const HEADING = ['way', 's', 'forwards', 'right', 'one element x 1.0005', 'x (1 + 1e-12)'] as const;

function tableOf(ours: readonly Measured[], torch: Torch | null): string {
  const parts = ours.map(({ name, elements, rows }) => {
    const peers = torch?.subjects.find((each) => each.name === name)?.rows ?? [];
    return [
      `**${name}**, ${elements.toLocaleString('en')} elements`,
      '',
      line(HEADING),
      '|---|---:|---:|---|---|---|',
      ...[...rows, ...peers].map((row) => line(cellsOf(row))),
      '',
    ].join('\n');
  });
  const largest = ours.reduce((most, each) => (each.elements > most.elements ? each : most));
  const [before, after] = largest.memory.map((bytes) => Math.round(bytes / 2 ** 20));
  const peers = torch === null ? '' : `; PyTorch ${torch.version}`;
  return [
    ...parts,
    '\\* scaled from a part of the elements, or from the time of a forward.',
    '',
    `Seconds of processor time, of one thread but for the garbage collector's, of the check of the right gradient${peers}. The ` +
      `exact check of ${largest.elements.toLocaleString('en')} elements takes the process from ${before} MiB to ${after} MiB at most.`,
  ].join('\n');
}

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

const cellsOf = ({ way, seconds, forwards, estimated, said }: Row): string[] => [
  way,
  `${seconds >= 100 ? Math.round(seconds).toLocaleString('en') : seconds.toPrecision(2)}${estimated ? '\\*' : ''}`,
  `${forwards.toLocaleString('en')}${estimated ? '\\*' : ''}`,
  ...said.map((each) => each ?? ''),
];
