import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runProgram } from '../../src/system/runProgram.ts';
import type { Contender, Launch } from './measure.ts';
import { SWEPT_SEEDS } from './ours.ts';
import {
  jaxJsVersion,
  type PythonPackage,
  peersModules,
  peersPython,
  pythonVersions,
} from './peers/places.ts';
import { jaxJsProcess } from './processes.ts';

type Peer = Pick<Contender, 'id' | 'name' | 'how' | 'epochs' | 'runs' | 'jobsInTurn' | 'warmUps'>;
type PythonPeer = Peer & { readonly package: PythonPackage; readonly file: string; readonly variant: string };

const often = { jobsInTurn: 5, warmUps: 10, runs: 1 };
const once = { jobsInTurn: 1, warmUps: 2, runs: 1 };
const sweeping = { epochs: 80, jobsInTurn: 1, warmUps: 2, runs: SWEPT_SEEDS };

const numpy = { package: 'numpy', name: 'NumPy', file: 'notebook.py' } as const;
const torch = { package: 'torch', name: 'PyTorch, 1 thread', file: 'pytorch.py' } as const;
const jax = { package: 'jax', name: 'JAX', file: 'jax_peer.py' } as const;
const tensorflow = { package: 'tensorflow', name: 'TensorFlow', file: 'tensorflow_peer.py' } as const;

/** Epochs of a job: few if a whole training would take long, because every step costs these peers the same. */
const inPython: readonly PythonPeer[] = [
  { ...jax, ...often, id: 'jax-scan', variant: 'scan', epochs: 80, how: 'jit of lax.scan over all steps' },
  { ...jax, ...once, id: 'jax-step', variant: 'per-step', epochs: 20, how: 'jit of a step' },
  {
    ...torch,
    ...once,
    id: 'pytorch-patches',
    variant: 'patches',
    epochs: 20,
    how: 'backward by hand, on patches laid out before',
  },
  {
    ...torch,
    ...once,
    id: 'pytorch-by-hand',
    variant: 'by-hand',
    epochs: 20,
    how: 'backward by hand, no_grad',
  },
  {
    ...torch,
    ...once,
    id: 'pytorch-autograd',
    variant: 'autograd',
    epochs: 10,
    how: 'autograd, torch.optim.SGD',
  },
  {
    ...tensorflow,
    ...once,
    id: 'tensorflow-function',
    variant: 'function',
    epochs: 20,
    how: 'tf.function over an epoch',
  },
  { ...numpy, ...once, id: 'numpy', variant: 'loops', epochs: 5, how: 'the notebook: Python loops' },
  { ...tensorflow, ...once, id: 'tensorflow-eager', variant: 'eager', epochs: 1, how: 'eager, GradientTape' },
  {
    ...jax,
    ...sweeping,
    id: 'jax-sweep',
    variant: 'sweep',
    how: `vmap of ${SWEPT_SEEDS} runs over lax.scan`,
  },
  {
    ...jax,
    ...sweeping,
    id: 'jax-batched',
    variant: 'batched',
    how: 'lax.scan by hand on 128 runs at once, two such at a time',
  },
];

/** The ids of all peers. */
export const peerIds = ['c', 'jax-js', ...inPython.map(({ id }) => id)];

const sources = fileURLToPath(new URL('peers', import.meta.url));
const SET_UP = 'npm run peers:setup';

/** The environment of the peers' processes. */
function peerEnvironment(): NodeJS.ProcessEnv {
  // Some machines set these to work around faults of old OpenBLAS builds; they would only slow down today's NumPy.
  const { OPENBLAS_CORETYPE: _type, OPENBLAS_L2_SIZE: _size, ...env } = process.env;
  return {
    ...env,
    BACKPROOF_PEERS_MODULES: peersModules(),
    PYTHONDONTWRITEBYTECODE: '1',
    JAX_PLATFORMS: 'cpu',
    TF_CPP_MIN_LOG_LEVEL: '3',
  };
}

/**
 * Every peer; one that is missing carries the reason and how to get it. @param folder the folder for compiled programs
 */
export async function peerContenders(folder: string): Promise<Contender[]> {
  return [await plainC(folder), ...(await pythonPeers()), await jaxJs()];
}

async function pythonPeers(): Promise<Contender[]> {
  const python = peersPython();
  const versions = python === null ? new Map<PythonPackage, string>() : await pythonVersions(python);
  return inPython.map(({ package: needed, file, variant, ...peer }): Contender => {
    const version = versions.get(needed) ?? null;
    const launch =
      python === null || version === null
        ? { missing: `${needed} is not set up; ${SET_UP} gets it` }
        : { command: python, args: [join(sources, file)], more: [variant], env: peerEnvironment() };
    return { ...peer, side: 'peer', seed: peer.runs > 1 ? 0 : 1, version, launch };
  });
}

async function jaxJs(): Promise<Contender> {
  const version = await jaxJsVersion();
  return {
    ...once,
    id: 'jax-js',
    name: 'jax-js on wasm',
    how: 'jit of a step, valueAndGrad',
    side: 'peer',
    seed: 1,
    epochs: 10,
    version,
    launch:
      version === null
        ? { missing: `@jax-js/jax is not set up; ${SET_UP} gets it` }
        : { ...jaxJsProcess, env: peerEnvironment() },
  };
}

/** Options of the compiler. */
const plainOptions = ['-O3', '-march=native', '-ffast-math'] as const;

async function plainC(folder: string): Promise<Contender> {
  const compiled = await compilePlain(folder);
  return {
    ...often,
    id: 'c',
    name: 'C',
    how: `plain loops, gcc ${plainOptions.join(' ')}`,
    side: 'peer',
    seed: 1,
    epochs: 80,
    version: 'missing' in compiled ? null : compiled.version,
    launch: 'missing' in compiled ? compiled : compiled.launch,
  };
}

/** Compiles the C program; tests may add options. */
export async function compilePlain(
  folder: string,
  more: readonly string[] = [],
): Promise<{ readonly launch: Launch; readonly version: string } | { readonly missing: string }> {
  const program = join(folder, `plain${more.join('')}`);
  const args = [...plainOptions, ...more, join(sources, 'plain.c'), '-o', program, '-lm'];
  const { code, found, stderr } = await runProgram('gcc', args);
  if (!found) return { missing: 'no gcc on the PATH; the package gcc of the system brings it' };
  if (code !== 0) return { missing: `gcc could not compile it: ${stderr.trim().split('\n')[0]}` };
  const { stdout } = await runProgram('gcc', ['--version']);
  return { launch: { command: program, args: [] }, version: stdout.split('\n')[0]!.trim() };
}
