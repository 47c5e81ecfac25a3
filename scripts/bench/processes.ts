// The processes that are measured. They are bundled, since what runs TypeScript here, tsx, changes code and makes it slower.
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

/** Where the bundles are: below node_modules they find the packages that they import; one bench has one. */
const folder = join(packageRoot(), 'node_modules', '.cache', 'backproof', `bench-${process.pid}`);

/** Those of the package that are measured. */
const ENTRIES = ['cpu-fixes', 'float64', 'native', 'wasm-training'];

/** Bundles the processes that run in Node, with the options of the program. */
export async function buildProcesses(): Promise<void> {
  await build({
    ...programOptions,
    entryPoints: { contender: 'scripts/bench/contenderProcess.ts', jaxjs: 'scripts/bench/peers/jaxjs.ts' },
    outdir: folder,
  });
}

/**
 * Times the kernels that train, with TensorFlow.js as Node resolves it for others' code.
 *
 * @returns the exit code
 * @throws Error where it is stopped by the signal
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
 * Bundles a script of the bench; what it imports of this package is that of dist/.
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

/** The command that starts jax-js; the file of its problem comes last. */
export const jaxJsProcess: Launch = { command: process.execPath, args: [join(folder, 'jaxjs.js')] };

/** The command that starts an engine; the file of its problem comes last. */
export const processOf = (
  who: EngineName | 'fused-dense' | 'first' | 'sweep',
  backend: BackendName | 'none',
  kernelSize: number,
): Launch => ({
  command: process.execPath,
  args: [join(folder, 'contender.js'), who, backend, String(kernelSize)],
});
