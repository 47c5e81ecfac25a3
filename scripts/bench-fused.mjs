// The fused engine's whole job, 80 epochs of 200 digits, skipping and dense, beside plain C: in turns, one process each.
//   node scripts/bench-fused.mjs [--data FOLDER] [--seeds 1,2,3,42,0] [--runs 20]
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { values } = parseArgs({
  options: {
    data: { type: 'string', default: '../shared/usps' },
    seeds: { type: 'string', default: '1,2,3,42,0' },
    runs: { type: 'string', default: '20' },
  },
});
const seeds = values.seeds.split(',').map(Number);
const runs = Number(values.runs);
const EPOCHS = 80;
const RATE = 0.1;
const WARM_UP = 5;

const temporary = await mkdtemp(join(tmpdir(), 'bench-fused-'));
try {
  await bench();
} finally {
  await rm(temporary, { recursive: true, force: true });
}

async function bench() {
  const { FusedKernel, initialParameters, loadDataset, loggedLossOf, select } = await sources();
  const { train: images } = await loadDataset(values.data, { offline: true });
  const samples = select(images, { positive: 1, negative: 8, perClass: 100 });
  const steps = samples.count * EPOCHS;
  const started = performance.now();
  const kernel = new FusedKernel(samples, 5);
  /**
   * @param {number} seed
   * @param {boolean} dense
   */
  const job = (seed, dense) => {
    const parameters = initialParameters(seed, 5);
    const before = performance.now();
    kernel.begin({ parameters, learningRate: RATE, dense });
    const logits = kernel.advance(0, steps);
    const milliseconds = performance.now() - before;
    let loss = 0;
    for (let i = 0; i < samples.count; i++) {
      loss += loggedLossOf(logits[steps - samples.count + i], samples.labels[i]) / samples.count;
    }
    return { milliseconds, loss };
  };
  job(seeds[0] ?? 1, false);
  console.log(`${cpus()[0]?.model}, Node ${process.version}; ${steps} steps, ${runs} runs each in turns`);
  console.log(`first job, compile and load counted: ${(performance.now() - started).toFixed(1)} ms`);
  const compiled = compilePlain();
  if (!compiled) console.log('plain C is missing: expected gcc on the PATH');
  for (const seed of seeds) {
    const plain = compiled ? await startPlain(compiled, samples, initialParameters(seed, 5)) : null;
    /** @type {Record<string, { milliseconds: number, loss: number }[]>} */
    const taken = { skipping: [], dense: [], ...(plain ? { 'plain C': [] } : {}) };
    for (let run = -WARM_UP; run < runs; run++) {
      for (const name of Object.keys(taken)) {
        const one = plain && name === 'plain C' ? await plain.job() : job(seed, name === 'dense');
        if (run >= 0) taken[name]?.push(one);
      }
    }
    plain?.stop();
    job(seed, false);
    const { listsMade, outputsEvaluated, outputsGoneBack } = kernel.work();
    console.log(
      `\nseed ${seed}: per step ${(outputsEvaluated / steps).toFixed(1)} outputs evaluated, ` +
        `${(outputsGoneBack / steps).toFixed(1)} gone back through, ${(listsMade / steps).toFixed(3)} lists made`,
    );
    const fastest = Object.fromEntries(
      Object.entries(taken).map(([name, jobs]) => [name, Math.min(...jobs.map((one) => one.milliseconds))]),
    );
    const skipping = taken.skipping?.map((one) => one.milliseconds) ?? [];
    for (const [name, jobs] of Object.entries(taken)) {
      const times = jobs.map((one) => one.milliseconds);
      console.log(
        `  ${name.padEnd(9)} median ${median(times).toFixed(2).padStart(6)} ms, least ${fastest[name]?.toFixed(2).padStart(6)} ms, ` +
          `of skipping ${(median(times) / median(skipping)).toFixed(2)}x (least ${((fastest[name] ?? 0) / (fastest.skipping ?? 1)).toFixed(2)}x), ` +
          `last loss ${jobs.at(-1)?.loss.toPrecision(7)}`,
      );
    }
  }
}

/** The engine and what it takes, out of the sources. */
async function sources() {
  const file = join(temporary, 'sources.mjs');
  await build({
    stdin: {
      contents: `
        export { loadDataset } from './src/data/dataset.ts';
        export { select } from './src/data/select.ts';
        export { FusedKernel } from './src/engines/fused/kernel.ts';
        export { loggedLossOf } from './src/engines/loggedLoss.ts';
        export { initialParameters } from './src/model/parameters.ts';`,
      resolveDir: root,
    },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: file,
    banner: {
      js: `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`,
    },
    logLevel: 'warning',
  });
  return import(pathToFileURL(file).href);
}

/** The C program, compiled; null where there is no gcc. */
function compilePlain() {
  const file = join(temporary, 'plain');
  const source = join(root, 'scripts', 'peers', 'plain.c');
  const options = ['-O3', '-march=native', '-ffast-math', source, '-o', file, '-lm'];
  const { status, stderr } = spawnSync('gcc', options, { encoding: 'utf8' });
  if (status !== 0 && stderr) throw new Error(stderr);
  return status === 0 ? file : null;
}

/**
 * @param {string} program
 * @param {import('../src/data/images.ts').Samples} samples
 * @param {import('../src/model/parameters.ts').Parameters} parameters
 */
async function startPlain(program, samples, { kernel, weight, bias }) {
  const problem = join(temporary, 'problem');
  const floats = Float32Array.from([RATE, ...samples.pixels, ...samples.labels, ...kernel, ...weight, bias]);
  const bytes = [Int32Array.of(samples.count, EPOCHS), floats].map((array) => new Uint8Array(array.buffer));
  await writeFile(problem, Buffer.concat(bytes));
  const child = spawn(program, [problem], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout });
  return {
    async job() {
      const answer = once(lines, 'line');
      child.stdin.write('once\n');
      const [milliseconds = Number.NaN, loss = Number.NaN] = String(await answer)
        .split(' ')
        .map(Number);
      return { milliseconds, loss };
    },
    stop: () => child.stdin.end(),
  };
}

/** @param {number[]} numbers */
function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  return ((sorted[(sorted.length - 1) >> 1] ?? 0) + (sorted[sorted.length >> 1] ?? 0)) / 2;
}
