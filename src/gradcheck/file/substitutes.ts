import { registerGradientsOn } from '../../tfjs/gradients/register.ts';
import type { TF } from '../index.ts';
import { REGISTERING } from './imports.ts';

/** Modules that a checked module gets in place of those it imports. */
export type Substitutes = Readonly<
  Record<Exclude<SubstituteName, 'gradients'>, Readonly<Record<string, unknown>>>
> & {
  readonly gradients: { readonly registerGradients: (on?: TF) => () => void };
};
export type SubstituteName = 'tfjs' | 'tfjs-data' | 'gradients';

/** The substitute for matching imports, including deep paths and imports for side effects; the first match counts. */
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

/** The substitute for an import; null for any other module. */
export function substituteFor(specifier: string): SubstituteName | null {
  return SUBSTITUTED.find(({ imports }) => imports.test(specifier))?.by ?? null;
}

/**
 * TensorFlow.js in double precision under the names of every TensorFlow.js package. Calls that ask for another backend
 * succeed without effect, because only the cpu backend in double precision exists. The gradients of backproof/gradients
 * are registered on it only if they are imported.
 */
export function substitutesOf(tf: TF): Substitutes {
  const nothing = () => {};
  const env = tf.env();
  const setFlag = env.set.bind(env);
  env.set = (name, value) => {
    try {
      setFlag(name, value);
    } catch {
      // A flag of a backend that does not exist here.
    }
  };
  const all = {
    // Deep imports of tfjs-core use these by their own names.
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

/** A module that can be imported, but throws at its first use and says why it cannot be used. */
function absent(name: string): object {
  const refuse = (): never => {
    throw new Error(`${name} is not there in double precision: expected only ops of TensorFlow.js`);
  };
  return new Proxy(class {}, { get: refuse, construct: refuse, apply: refuse });
}

const key = Symbol.for('backproof/check');

/** Stores the modules where their generated sources find them. */
export function publish(substitutes: Substitutes): void {
  Object.assign(globalThis, { [key]: substitutes });
}

/** Code that a substitute runs when it is imported. */
const ON_IMPORT: Readonly<Partial<Record<SubstituteName, string>>> = {
  gradients: 'it.registerGradients();\n',
};

const namesOf = (substitute: Substitutes[SubstituteName]): string[] =>
  Object.keys(substitute).filter((exported) => exported !== 'default');

/** The source of an ES module that exports everything in a substitute. */
export function sourceOf(name: SubstituteName, substitutes: Substitutes): string {
  const names = namesOf(substitutes[name]);
  // The prefix is needed because names such as `isNaN` would shadow globals.
  const constants = names.map((exported) => `${exported}: tf_${exported}`);
  const exported = [...names.map((each) => `tf_${each} as ${each}`), 'it as default'];
  return `const it = globalThis[Symbol.for('${key.description}')]['${name}'];
${ON_IMPORT[name] ?? ''}const { ${constants.join(', ')} } = it;
export { ${exported.join(', ')} };`;
}

/** The same as CommonJS; the last line declares the export names for ES modules that import it. */
export function commonjsSourceOf(name: SubstituteName, substitutes: Substitutes): string {
  return `const it = globalThis[Symbol.for('${key.description}')]['${name}'];
${ON_IMPORT[name] ?? ''}module.exports = Object.defineProperty({ ...it, default: it }, '__esModule', { value: true });
0 && (module.exports = { ${namesOf(substitutes[name]).join(', ')} });`;
}
