import type { BackendName } from '../results/shared.ts';
import { environmentFailure } from '../system/errors.ts';
import { registerNative } from './native/load.ts';
import { tfjsNodeFolders } from './native/tfjsNode.ts';
import { tf } from './tfjs.ts';
import { tfjsNames } from './tfjsNames.ts';
import type { TF } from './types.ts';
import { registerWasm } from './wasm/load.ts';

/** How each backend is registered, and how to fix it where that fails. */
const backends = {
  native: {
    register: registerNative,
    fix: 'backproof setup-native',
  },
  wasm: {
    register: registerWasm,
    fix: 'npm install @tensorflow/tfjs-backend-wasm, or use --backend cpu',
  },
  cpu: { register: async () => {}, fix: 'npm install @tensorflow/tfjs' },
} as const satisfies Record<BackendName, { register(): Promise<void>; fix: string }>;

/** A running backend, and why it was chosen. */
export interface StartedBackend {
  readonly tf: TF;
  readonly name: BackendName;
  readonly reason: string;
}

/** Whether a backend works here; `problem` is one line, `fix` says how to solve it. */
export interface BackendStatus {
  readonly name: BackendName;
  readonly problem: string | null;
  readonly fix: string;
}

/** Skips the install script, which downloads an addon from an address that answers 403. */
const INSTALL_NATIVE = 'npm install --ignore-scripts @tensorflow/tfjs-node';

const registered = new Set<BackendName>();

async function bringUp(name: BackendName): Promise<string | null> {
  const { register } = backends[name];
  try {
    if (!registered.has(name)) await register();
    registered.add(name);
    return (await tf.setBackend(tfjsNames[name])) ? null : `TensorFlow.js could not start it`;
  } catch (error) {
    return (error instanceof Error ? error.message : String(error)).split('\n')[0]!;
  }
}

/** Tries every backend, one after the other. */
export async function backendStatus(): Promise<BackendStatus[]> {
  const status: BackendStatus[] = [];
  for (const name of ['cpu', 'wasm', 'native'] as const) {
    const problem = await bringUp(name);
    const isAbsent = name === 'native' && problem !== null && tfjsNodeFolders().length === 0;
    status.push(
      isAbsent
        ? { name, problem: '@tensorflow/tfjs-node is not installed', fix: INSTALL_NATIVE }
        : { name, problem, fix: backends[name].fix },
    );
  }
  return status;
}

/** From the fastest to the slowest on steps of a network this small, where most of the time is dispatch. */
const FASTEST_FIRST = ['wasm', 'native', 'cpu'] as const satisfies readonly BackendName[];

/**
 * Starts the requested backend, or for `auto` the fastest that works.
 *
 * @throws Failure (environment) when the requested backend, or for `auto` every backend, does not work here
 */
export async function startBackend(wanted: BackendName | 'auto'): Promise<StartedBackend> {
  const failures: string[] = [];
  for (const name of wanted === 'auto' ? FASTEST_FIRST : [wanted]) {
    const problem = await bringUp(name);
    if (problem === null) {
      const reason = wanted === 'auto' ? 'auto: the fastest for a network this small' : 'as asked';
      return { tf, name, reason: [reason, ...failures].join('; ') };
    }
    failures.push(`${name} does not load ("${problem}"): ${backends[name].fix}`);
  }
  throw environmentFailure(`--backend ${wanted}: expected it to load, got ${failures.join('; ')}`);
}
