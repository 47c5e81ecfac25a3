import { registerGradientsOn } from '../../tfjs/gradients/register.ts';
import type { TF } from '../index.ts';
import { REGISTERING } from './imports.ts';

/** Modules that a checked module is given in place of those it imports. */
export type Substitutes = Readonly<
  Record<Exclude<SubstituteName, 'gradients'>, Readonly<Record<string, unknown>>>
> & {
  readonly gradients: { readonly registerGradients: (on?: TF) => () => void };
};
export type SubstituteName = 'tfjs' | 'tfjs-data' | 'gradients';

/** Which module stands in for the imports that match, deep paths and side effects included: the first that does. */
export const SUBSTITUTED: readonly { readonly imports: RegExp; readonly by: SubstituteName }[] = [
  { imports: /^@tensorflow\/tfjs-data(?:\/(?!package\.json$)|$)/, by: 'tfjs-data' },
  {
    imports:
      /^@tensorflow\/tfjs(?:-core|-layers|-converter|-node|-node-gpu|-backend-[a-z]+)?(?:\/(?!package\.json$)|$)/,
    by: 'tfjs',
  },
  { imports: /^backproof\/gradients$/, by: 'gradients' },
  { imports: REGISTERING, by: 'tfjs' },
];

/** Which module stands in for an import; null for any other module. */
export function substituteFor(specifier: string): SubstituteName | null {
  return SUBSTITUTED.find(({ imports }) => imports.test(specifier))?.by ?? null;
}

/**
 * TensorFlow.js in double precision under the names of every TensorFlow.js package. Whatever asks for another backend
 * is heard and has no effect: there is the cpu in double precision, and nothing else. The gradients of backproof/gradients
 * are registered on it by whoever imports them.
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
    // Deep imports of tfjs-core take these by their own names.
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
  const gradients = { registerGradients: (on: TF = tf) => registerGradientsOn(on) };
  return { tfjs: all, 'tfjs-data': { ...tf.data }, gradients };
}

/** Something that can be imported, and says at its first use why it cannot be used. */
function absent(name: string): object {
  const refuse = (): never => {
    throw new Error(`${name} is not there in double precision: expected only ops of TensorFlow.js`);
  };
  return new Proxy(class {}, { get: refuse, construct: refuse, apply: refuse });
}

const key = Symbol.for('backproof/check');

/** Puts the modules where their sources find them. */
export function publish(substitutes: Substitutes): void {
  Object.assign(globalThis, { [key]: substitutes });
}

/** The line that a substitute runs when it is imported. */
const ON_IMPORT: Readonly<Partial<Record<SubstituteName, string>>> = {
  gradients: 'it.registerGradients();\n',
};

const namesOf = (substitute: Substitutes[SubstituteName]): string[] =>
  Object.keys(substitute).filter((exported) => exported !== 'default');

/** An ES module that exports what a substitute has. */
export function sourceOf(name: SubstituteName, substitutes: Substitutes): string {
  const names = namesOf(substitutes[name]);
  // A prefix: `isNaN` and its like are no names for constants.
  const constants = names.map((exported) => `${exported}: tf_${exported}`);
  const exported = [...names.map((each) => `tf_${each} as ${each}`), 'it as default'];
  return `const it = globalThis[Symbol.for('${key.description}')]['${name}'];
${ON_IMPORT[name] ?? ''}const { ${constants.join(', ')} } = it;
export { ${exported.join(', ')} };`;
}

/** The same as CommonJS; the last line tells ES modules that import it which names there are. */
export function commonjsSourceOf(name: SubstituteName, substitutes: Substitutes): string {
  return `const it = globalThis[Symbol.for('${key.description}')]['${name}'];
${ON_IMPORT[name] ?? ''}module.exports = Object.defineProperty({ ...it, default: it }, '__esModule', { value: true });
0 && (module.exports = { ${namesOf(substitutes[name]).join(', ')} });`;
}
