import { surroundingsFailure } from '../errors.ts';
import type { TF } from '../model/tf.ts';
import type { BackendName } from '../results/shared.ts';
import { registerNative } from './native.ts';
import { tf } from './tfjs.ts';
import { registerWasm } from './wasm.ts';

/** How each backend comes in, and what mends it where it does not. */
const backends = {
  native: {
    tfjsName: 'tensorflow',
    register: registerNative,
    mend: 'backproof setup-native',
  },
  wasm: {
    tfjsName: 'wasm',
    register: registerWasm,
    mend: 'npm install @tensorflow/tfjs-backend-wasm, or use --backend cpu',
  },
  cpu: { tfjsName: 'cpu', register: async () => {}, mend: 'npm install @tensorflow/tfjs' },
} as const satisfies Record<BackendName, { tfjsName: string; register(): Promise<void>; mend: string }>;

/** A backend that is up, and why it is this one. */
export interface StartedBackend {
  readonly tf: TF;
  readonly name: BackendName;
  readonly reason: string;
}

/** Whether a backend works here; `problem` is one line, `mend` what to do about it. */
export interface BackendStatus {
  readonly name: BackendName;
  readonly problem: string | null;
  readonly mend: string;
}

const registered = new Set<BackendName>();

async function bringUp(name: BackendName): Promise<string | null> {
  const { tfjsName, register } = backends[name];
  try {
    if (!registered.has(name)) await register();
    registered.add(name);
    return (await tf.setBackend(tfjsName)) ? null : `TensorFlow.js could not start it`;
  } catch (error) {
    return (error instanceof Error ? error.message : String(error)).split('\n')[0]!;
  }
}

/** Tries every backend, one after the other. */
export async function backendStatus(): Promise<BackendStatus[]> {
  const status: BackendStatus[] = [];
  for (const name of ['cpu', 'wasm', 'native'] as const) {
    status.push({ name, problem: await bringUp(name), mend: backends[name].mend });
  }
  return status;
}

/** Whether the backend lacks a kernel that training through tf.grads needs. */
export const lacksAutodiff = (name: BackendName): boolean =>
  tf.getKernel('Conv2DBackpropFilter', backends[name].tfjsName) === undefined;

/**
 * Brings up the backend that was asked for, or for `auto` the first that works of native, wasm and cpu. A run that
 * takes gradients by autodiff gets cpu in place of a backend that lacks the kernel for it.
 *
 * @throws Failure (surroundings) when the backend that was asked for does not work here
 */
export async function startBackend(
  wanted: BackendName | 'auto',
  { autodiff }: { autodiff: boolean },
): Promise<StartedBackend> {
  if (wanted !== 'auto') {
    const problem = await bringUp(wanted);
    if (problem !== null) {
      throw surroundingsFailure(
        `--backend ${wanted}: expected it to load, got "${problem}"; ${backends[wanted].mend}`,
      );
    }
    return substituteFor(wanted, 'as asked', autodiff);
  }
  const failures: string[] = [];
  for (const name of ['native', 'wasm'] as const) {
    const problem = await bringUp(name);
    if (problem === null) return substituteFor(name, ['auto', ...failures].join('; '), autodiff);
    failures.push(`${name} does not load`);
  }
  await bringUp('cpu');
  return { tf, name: 'cpu', reason: ['auto', ...failures].join('; ') };
}

async function substituteFor(name: BackendName, reason: string, autodiff: boolean): Promise<StartedBackend> {
  if (!autodiff || !lacksAutodiff(name)) return { tf, name, reason };
  await bringUp('cpu');
  return { tf, name: 'cpu', reason: `${name} lacks Conv2DBackpropFilter, which autodiff needs` };
}
