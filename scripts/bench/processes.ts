// The measured processes. They are bundled because tsx, which runs TypeScript here, changes code and makes it slower.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { BackendName, EngineName } from '../../src/results/shared.ts';
import { EXIT } from '../../src/system/errors.ts';
import { packageRoot } from '../../src/system/packageRoot.ts';
import { programOptions } from '../build/program.ts';
import type { Launch } from './measure.ts';

/**
 * The folder of the bundles: below node_modules, so that they find the packages that they import; one for each bench.
 */
const folder = join(packageRoot(), 'node_modules', '.cache', 'backproof', `bench-${process.pid}`);

/** The entries of this package that are measured. */
const ENTRIES = ['cpu-fixes', 'float64', 'native', 'wasm-training'];

/** Bundles the processes that run in Node, with the same options as the program. */
export async function buildProcesses(): Promise<void> {
  await build({
    ...programOptions,
    entryPoints: { contender: 'scripts/bench/contenderProcess.ts', jaxjs: 'scripts/bench/peers/jaxjs.ts' },
    outdir: folder,
  });
}

/**
 * Times the training kernels, with TensorFlow.js as Node resolves it for users' code.
 *
 * @returns the exit code
 * @throws Error if it is aborted by the signal
 */
export async function runKernels(signal: AbortSignal): Promise<number> {
  try {
    const program = await buildProcess('kernels');
    const child = spawn(process.execPath, [program], { stdio: 'inherit', signal });
    const [code] = await once(child, 'close');
    return code ?? EXIT.fault;
  } finally {
    await removeProcesses();
  }
}

/**
 * Bundles a script of the bench, which imports this package from dist/.
 *
 * @returns the path of the bundle
 */
export async function buildProcess(script: string): Promise<string> {
  const alias = Object.fromEntries(
    ENTRIES.map((entry) => [`backproof/${entry}`, join(packageRoot(), 'dist', `${entry}.js`)]),
  );
  await build({
    absWorkingDir: packageRoot(),
    entryPoints: { [script]: `scripts/bench/${script}.ts` },
    outdir: folder,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    alias,
    external: ['@tensorflow/*', ...Object.values(alias)],
    logLevel: 'warning',
  });
  return join(folder, `${script}.js`);
}

export const removeProcesses = (): Promise<void> => rm(folder, { recursive: true, force: true });

/** The command that starts jax-js, to be followed by the problem's file. */
export const jaxJsProcess: Launch = { command: process.execPath, args: [join(folder, 'jaxjs.js')] };

/** The command that starts an engine, to be followed by the problem's file. */
export const processOf = (
  who: EngineName | 'fused-dense' | 'first' | 'sweep',
  backend: BackendName | 'none',
  kernelSize: number,
): Launch => ({
  command: process.execPath,
  args: [join(folder, 'contender.js'), who, backend, String(kernelSize)],
});
