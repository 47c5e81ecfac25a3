import { rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Progress } from '../../../src/commands/progress.ts';
import { packageRoot } from '../../../src/system/packageRoot.ts';
import { markdownTable } from '../../../src/system/text.ts';
import { findAddon } from '../../../src/tfjs/native/tfjsNode.ts';
import { findTorch } from '../../witness/environment.ts';
import { type Contender, type Launch, measure, type Taken } from '../measure.ts';
import { buildProcess, removeProcesses } from '../processes.ts';
import { spreadOf } from '../statistics.ts';
import { measured, times } from '../tables.ts';
import { CNN, writeProblem } from './problem.ts';

/** The relative tolerance for the loss of a batch: TensorFlow.js takes the logarithm of the softmax's output. */
const SAME_LOSS = 1e-3;
/** The number of batches for contenders that take seconds per batch. */
const FEW = 2;
const YARDSTICK = 'pytorch-1';

export interface MnistOptions {
  readonly repetitions: number;
  readonly signal: AbortSignal;
  readonly progress: (title: string) => Progress;
}

/** Trains the standard CNN for MNIST on every backend and in PyTorch, in turns, and returns a table in Markdown. */
export async function benchMnist({ repetitions, signal, progress }: MnistOptions): Promise<string> {
  const { folder, file } = await writeProblem();
  try {
    const contenders = await contendersOf(await buildProcess('mnist/contender'));
    const problemOf = async () => file;
    const shown = progress('mnist');
    const taken = await measure(contenders, { repetitions, problemOf, signal, onProgress: shown.update });
    shown.done();
    return tableOf(taken);
  } finally {
    await Promise.all([removeProcesses(), rm(folder, { recursive: true, force: true })]);
  }
}

async function contendersOf(program: string): Promise<Contender[]> {
  const python = await findTorch();
  const torch = (threads: number): Contender => ({
    ...contender(`pytorch-${threads}`, 'PyTorch', `${threads} thread${threads === 1 ? '' : 's'}`),
    side: 'peer',
    launch: torchLaunch(python, threads),
  });
  const native = (oneDnn: '0' | '1'): Contender => ({
    ...contender(
      `native-${oneDnn}`,
      'TensorFlow.js on native',
      `every core${oneDnn === '1' ? ', oneDNN' : ''}`,
    ),
    launch: missingNative() ?? tfjsLaunch(program, 'tensorflow', { TF_ENABLE_ONEDNN_OPTS: oneDnn }),
  });
  const cores = availableParallelism();
  return [
    torch(1),
    ...(cores > 1 ? [torch(cores)] : []),
    {
      ...contender('wasm', 'TensorFlow.js on wasm', 'backproof/wasm-training, 1 thread'),
      launch: tfjsLaunch(program, 'wasm'),
    },
    native('1'),
    native('0'),
    {
      ...contender('cpu', 'TensorFlow.js on cpu', 'as it comes'),
      epochs: FEW,
      launch: tfjsLaunch(program, 'cpu', {}, FEW),
    },
  ];
}

/** For these jobs `epochs` counts batches. */
const contender = (id: string, name: string, how: string): Omit<Contender, 'launch'> => ({
  id,
  name,
  how,
  side: 'ours',
  version: null,
  seed: 1,
  epochs: CNN.batches,
  runs: 1,
  jobsInTurn: 1,
  warmUps: 1,
});

const tfjsLaunch = (program: string, backend: string, env = {}, batches: number = CNN.batches): Launch => ({
  command: process.execPath,
  args: [program, backend],
  more: [String(batches)],
  env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2', ...env },
});

const missingNative = (): { missing: string } | null =>
  findAddon() === null ? { missing: 'its addon is not here; backproof setup-native builds it' } : null;

const torchLaunch = (python: string | null, threads: number): Launch | { missing: string } =>
  python === null
    ? { missing: 'npm run witness gets PyTorch' }
    : {
        command: python,
        args: [join(packageRoot(), 'scripts', 'bench', 'mnist', 'pytorch.py'), String(threads)],
        more: [String(CNN.batches)],
      };

function tableOf(taken: readonly Taken[]): string {
  const timed = taken.map((each) => {
    const perBatch = each.jobs.map(({ milliseconds }) => milliseconds / each.contender.epochs);
    return { ...each, spread: perBatch.length === 0 ? null : spreadOf(perBatch) };
  });
  const yardstick = timed.find(({ contender }) => contender.id === YARDSTICK);
  const rows = timed
    .toSorted((a, b) => (a.spread?.median ?? Number.MAX_VALUE) - (b.spread?.median ?? Number.MAX_VALUE))
    .map(({ contender: { name, how }, problem, spread, first }) => {
      if (spread === null) return [name, how, '', '', '', `not measured: ${problem ?? 'stopped'}`];
      const ratio = yardstick?.spread ? times(spread.median / yardstick.spread.median) : '';
      const middle = `${measured(spread.q1)} - ${measured(spread.q3)}`;
      return [
        name,
        how,
        measured(spread.median),
        middle,
        ratio,
        lossOf(first!.losses, yardstick?.first?.losses),
      ];
    });
  return markdownTable(
    [
      { label: 'who', text: true },
      { label: 'how', text: true },
      { label: 'ms a batch' },
      { label: 'middle half' },
      { label: 'of PyTorch' },
      { label: 'losses', text: true },
    ],
    rows,
  );
}

/** The largest relative difference between the losses and PyTorch's, over the batches. */
function lossOf(losses: readonly number[], expected: readonly number[] | undefined): string {
  if (expected === undefined) return `last ${losses.at(-1)}`;
  const off = losses.reduce((most, loss, k) => Math.max(most, Math.abs(loss / expected[k]! - 1)), 0);
  return off <= SAME_LOSS
    ? `off by ${off.toExponential(0)}`
    : `SOMETHING ELSE: off by ${off.toExponential(0)}`;
}
