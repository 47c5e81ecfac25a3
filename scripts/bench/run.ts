import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Progress } from '../../src/commands/progress.ts';
import { type ExpectedLoss, expectedLosses, expectedOfRuns } from './expectedLoss.ts';
import { firstCalls, type GrowthPoint, growthOf, growthPoints, seedRows } from './fused.ts';
import { type Digits, type JobSizes, Jobs, NOTEBOOK } from './jobs.ts';
import { judge, ratioOf, wantedRatios } from './judge.ts';
import { type Contender, measure } from './measure.ts';
import { measureMemory } from './memory.ts';
import { fusedContender, ourContenders } from './ours.ts';
import { peerContenders } from './peers.ts';
import { buildProcesses, removeProcesses } from './processes.ts';
import type { BenchResult, ContenderResult, FirstCallResult, GrowthResult } from './result.ts';

export interface BenchOptions {
  readonly digits: Digits;
  /** The value of `--data`, for the commands whose memory is measured. */
  readonly data: string;
  readonly peers: boolean;
  /** Only these contenders, by id, without growth, first call and memory. */
  readonly only?: readonly string[] | undefined;
  readonly repetitions: number;
  readonly signal?: AbortSignal | undefined;
  readonly progress: (title: string) => Progress;
}

type Findings = Omit<BenchResult, 'data' | 'machine' | 'peers' | 'repetitions'>;

/** Measures all contenders. After an abort it returns the results so far, marked as partial. */
export async function bench(options: BenchOptions): Promise<Findings> {
  const started = performance.now();
  const folder = await mkdtemp(join(tmpdir(), 'backproof-bench-'));
  try {
    await buildProcesses();
    const jobs = new Jobs(options.digits, folder);
    const everybody = [...ourContenders(), ...(options.peers ? await peerContenders(folder) : [])];
    const contenders = everybody.filter(({ id }) => options.only?.includes(id) ?? true);
    const expected = expectations(jobs, contenders);
    const results = await measureMain(jobs, contenders, expected, options);
    const more = options.only === undefined;
    const firstCall = more && !options.signal?.aborted ? await measureFirstCall(jobs, options) : null;
    const growth = more ? await measureGrowth(jobs, options) : [];
    const memory = more ? await measureMemory(folder, options) : [];
    return {
      partial: options.signal?.aborted ? 'it was stopped before everything was measured' : null,
      contenders: results,
      ratios: wantedRatios.filter(isOf(contenders)).map((wanted) => ratioOf(wanted, results)),
      seeds: seedRows(jobs, results),
      firstCall,
      growth,
      memory,
      seconds: (performance.now() - started) / 1000,
    };
  } finally {
    await Promise.all([rm(folder, { recursive: true, force: true }), removeProcesses()]);
  }
}

const sizesOf = ({ seed, epochs, runs }: Contender): JobSizes => ({
  ...NOTEBOOK,
  seeds: Array.from({ length: runs }, (_, run) => seed + run),
  epochs,
});

/** Ratios whose two sides were both requested. */
const isOf =
  (contenders: readonly Contender[]) =>
  ({ ours, theirs }: { ours: string; theirs: string }): boolean =>
    [ours, theirs].every((id) => contenders.some((contender) => contender.id === id));

/** The expected loss of each contender, from the reference; each seed is trained only once for all its lengths. */
function expectations(
  jobs: Jobs,
  contenders: readonly Contender[],
): (contender: Contender) => readonly ExpectedLoss[] {
  const lengths = new Map<number, Set<number>>();
  const single = contenders.filter(({ runs }) => runs === 1);
  for (const { seed, epochs } of single) lengths.set(seed, (lengths.get(seed) ?? new Set()).add(epochs));
  const found = new Map(
    [...lengths].map(([seed, epochs]) => {
      const longest = Math.max(...epochs);
      return [seed, expectedLosses(jobs.job({ ...NOTEBOOK, seeds: [seed], epochs: longest }), [...epochs])];
    }),
  );
  const sweeping = contenders.find(({ runs }) => runs > 1);
  const ofRuns = sweeping === undefined ? [] : expectedOfRuns(jobs.job(sizesOf(sweeping)));
  return ({ seed, epochs, runs }) => (runs > 1 ? ofRuns : [found.get(seed)!.get(epochs)!]);
}

async function measureMain(
  jobs: Jobs,
  contenders: readonly Contender[],
  expected: (contender: Contender) => readonly ExpectedLoss[],
  { repetitions, signal, progress }: BenchOptions,
): Promise<ContenderResult[]> {
  const shown = progress('bench');
  const taken = await measure(contenders, {
    repetitions,
    signal,
    problemOf: (contender) => jobs.file(sizesOf(contender)),
    onProgress: shown.update,
  });
  shown.done();
  const samples = jobs.samples(NOTEBOOK.perClass).count;
  return taken.map((one) => judge(one, samples, expected(one.contender)));
}

async function measureFirstCall(jobs: Jobs, { repetitions }: BenchOptions): Promise<FirstCallResult> {
  const sizes = sizesOf(fusedContender(1));
  const [expected] = expectedLosses(jobs.job(sizes), [sizes.epochs]).values();
  return firstCalls(await jobs.file(sizes), expected!, repetitions);
}

async function measureGrowth(
  jobs: Jobs,
  { repetitions, signal, progress }: BenchOptions,
): Promise<GrowthResult[]> {
  const grown: GrowthResult[] = [];
  const shown = progress('growth');
  for (const by of ['samples', 'epochs', 'kernelSize'] as const) {
    const points = growthPoints(by, jobs.imagesPerClass());
    const contenders = points.flatMap((point) => Object.values(point.contenders));
    const pointOf = (contender: Contender): GrowthPoint =>
      points.find((point) => Object.values(point.contenders).includes(contender))!;
    const taken = await measure(contenders, {
      repetitions,
      signal,
      problemOf: (contender) => {
        const { perClass, epochs, kernelSize } = pointOf(contender);
        return jobs.file({ seeds: [contender.seed], perClass, epochs, kernelSize });
      },
      onProgress: (done, total) => shown.update(grown.length * total + done, 3 * total, by),
    });
    const growth = growthOf(points, taken);
    if (growth !== null) grown.push(growth);
  }
  shown.done();
  return grown;
}
