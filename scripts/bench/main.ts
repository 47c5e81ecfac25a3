// Measures every engine on every backend, in turns, and prints tables:
//   npm run bench [-- --peers --only fused,manual-wasm,c --repetitions 7 --data auto|usps|synthetic|PATH --markdown --json]
// With --peers it also measures NumPy, PyTorch, JAX, TensorFlow, jax-js and C; npm run peers:setup installs them.
//   npm run bench -- --kernels
// times the kernels of backproof/wasm-training and those of the other backends instead.
//   npm run bench -- --checker
// compares the ways to check a gradient instead, including PyTorch's gradcheck if npm run witness has installed it.
//   npm run bench -- --mnist [--repetitions 7]
// trains the standard CNN for MNIST on every backend, and in PyTorch if npm run witness has installed it.
// Exits 3 if an engine of ours computes something else, 130 if it was interrupted, after printing the results so far.
import { cpus, loadavg, release, totalmem } from 'node:os';
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { type Progress, showProgress } from '../../src/commands/progress.ts';
import { listenForStop } from '../../src/commands/signals.ts';
import { choice, integer } from '../../src/commands/values.ts';
import { loadDataset } from '../../src/notebook/data/dataset.ts';
import { EXIT, Failure, usageFailure } from '../../src/system/errors.ts';
import { benchCheckers } from './checker/run.ts';
import { benchMnist } from './mnist/run.ts';
import { ourContenders } from './ours.ts';
import { peerIds } from './peers.ts';
import { runKernels } from './processes.ts';
import type { BenchResult, Machine } from './result.ts';
import { bench } from './run.ts';
import { benchMarkdown, formatBench } from './tables.ts';

const options = {
  peers: { type: 'boolean', default: false },
  only: { type: 'string' },
  repetitions: { type: 'string', default: '7' },
  data: { type: 'string', default: 'auto' },
  markdown: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  kernels: { type: 'boolean', default: false },
  checker: { type: 'boolean', default: false },
  mnist: { type: 'boolean', default: false },
} as const satisfies ParseArgsConfig['options'];

const stop = listenForStop();
const notice = (line: string): void => void process.stderr.write(`${line}\n`);
const progress = (title: string): Progress => showProgress(title, process.stderr);

async function main(): Promise<number> {
  const flags = readFlags();
  if (flags.kernels) return runKernels(stop.signal);
  if (flags.checker) {
    process.stdout.write(`${await benchCheckers(stop.signal, notice)}\n`);
    return EXIT.done;
  }
  const { peers, markdown, json } = flags;
  const repetitions = integer('an integer 1..1000', 1, 1000)('--repetitions', flags.repetitions);
  if (flags.mnist) {
    const table = await benchMnist({ repetitions, signal: stop.signal, progress });
    process.stdout.write(`${table}\n`);
    return stop.exitCode() ?? EXIT.done;
  }
  const only = readOnly(flags.only, peers);
  const loadBefore = loadNow();
  const { source, train } = await loadDataset(flags.data, { offline: false, signal: stop.signal, notice });
  const findings = await bench({
    digits: { images: train, positive: 1, negative: 8, learningRate: 0.1 },
    data: flags.data === 'auto' ? source : flags.data,
    peers,
    only,
    repetitions,
    signal: stop.signal,
    progress,
  });
  const result: BenchResult = {
    data: source,
    machine: describeMachine(loadBefore),
    peers,
    repetitions,
    ...findings,
  };
  const text = json ? JSON.stringify(result) : markdown ? benchMarkdown(result) : formatBench(result);
  process.stdout.write(`${text}\n`);
  for (const line of warnings(result)) notice(line);
  const wrong = result.contenders.some(
    ({ side, verdict }) => side === 'ours' && verdict === 'something else',
  );
  return stop.exitCode() ?? (wrong ? EXIT.disagreement : EXIT.done);
}

function readFlags() {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    throw usageFailure((error as Error).message);
  }
}

/** The contenders of a comma-separated list; undefined for all. */
function readOnly(only: string | undefined, peers: boolean): string[] | undefined {
  const read = choice([...ourContenders().map(({ id }) => id), ...(peers ? peerIds : [])]);
  return only === undefined
    ? undefined
    : [...new Set(only.split(',').map((name) => read('--only', name.trim())))];
}

/** The machine, at the end of a bench. */
const describeMachine = (loadBefore: number): Machine => ({
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  cores: Math.max(1, cpus().length),
  memoryBytes: totalmem(),
  system: `${process.platform} ${process.arch} ${release()}`,
  node: process.version,
  loadBefore,
  loadAfter: loadNow(),
});

/** The load average of the last minute; 0 if the system does not report it. */
const loadNow = (): number => loadavg()[0] ?? 0;

const warnings = ({ contenders, partial }: BenchResult): string[] => [
  ...contenders.flatMap(({ name, how, verdict, problem, loss }) => {
    if (verdict === 'not measured') return partial === null ? [`MISSING   ${name} (${how}): ${problem}`] : [];
    if (verdict === 'same training') return [];
    return [
      `ODD       ${name} (${how}) computes something else: last loss ${loss?.came}, expected ${loss?.expected}; ` +
        'its time is used nowhere',
    ];
  }),
  ...(partial === null ? [] : [`PARTIAL   ${partial}`]),
];

try {
  process.exitCode = await main();
} catch (error) {
  const stopped = stop.exitCode();
  if (stopped !== null) {
    process.exitCode = stopped;
  } else if (error instanceof Failure) {
    notice(`bench: ${error.message}`);
    process.exitCode = error.exitCode;
  } else throw error;
}
