import type { TF } from '../index.ts';
import { REGISTERING } from './imports.ts';

/** Modules that a checked module is given in place of those it imports. */
export type Substitutes = Readonly<Record<SubstituteName, Readonly<Record<string, unknown>>>>;
export type SubstituteName = 'tfjs' | 'tfjs-data';

const TFJS = /^@tensorflow\/tfjs(?:-core|-layers|-converter|-data|-node|-node-gpu|-backend-[a-z]+)?(?:\/|$)/;

/** Which module stands in for an import, its deep paths and side effects included; null for any other module. */
export function substituteFor(specifier: string): SubstituteName | null {
  if (REGISTERING.test(specifier)) return 'tfjs';
  if (!TFJS.test(specifier) || specifier.endsWith('/package.json')) return null;
  return /^@tensorflow\/tfjs-data(?:\/|$)/.test(specifier) ? 'tfjs-data' : 'tfjs';
}

/**
 * TensorFlow.js in double precision under the names of every TensorFlow.js package. Whatever asks for another backend
 * is heard and has no effect: there is the cpu in double precision alone.
 */
export function substitutesOf(tf: TF): Substitutes {
  const nothing = () => {};
  const env = tf.env();
  const setFlag = env.set.bind(env);
  env.set = (name, value) => {
    try {
      setFlag(name, value);
    } catch {
      // A flag of a backend that is not there.
    }
  };
  const all = {
    // What deep imports of tfjs-core take by its own name.
    ...tf.backend_util,
    ...tf.util,
    ...tf,
    setBackend: async () => true,
    node: absent('tf.node'),
    setWasmPath: nothing,
    setWasmPaths: nothing,
    setThreadsCount: nothing,
    getThreadsCount: () => 1,
    version_wasm: tf.version_core,
    BackendWasm: absent('BackendWasm'),
    registerWasmTraining: nothing,
    registerCpuFixes: nothing,
  };
  return { tfjs: all, 'tfjs-data': { ...tf.data } };
}

/** Something that can be imported, and says at its first use why it cannot be used. */
function absent(name: string): object {
  const refuse = (): never => {
    throw new Error(`${name} is not there in double precision: expected ops of TensorFlow.js alone`);
  };
  return new Proxy(class {}, { get: refuse, construct: refuse, apply: refuse });
}

const key = Symbol.for('backproof/check');

/** Puts the modules where their sources find them. */
export function publish(substitutes: Substitutes): void {
  Object.assign(globalThis, { [key]: substitutes });
}

/** An ES module that exports what a substitute has. */
export function sourceOf(name: SubstituteName, substitutes: Substitutes): string {
  const names = Object.keys(substitutes[name]).filter((exported) => exported !== 'default');
  // A prefix: `isNaN` and its like are no names for constants.
  const constants = names.map((exported) => `${exported}: tf_${exported}`);
  const exported = [...names.map((each) => `tf_${each} as ${each}`), 'it as default'];
  return `const it = globalThis[Symbol.for('${key.description}')]['${name}'];
const { ${constants.join(', ')} } = it;
export { ${exported.join(', ')} };`;
}
