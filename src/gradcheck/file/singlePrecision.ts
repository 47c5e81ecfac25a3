/** TensorFlow.js in single precision, beside the one in double precision that a checked module gets. */
import { createRequire } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import { visible } from '../../system/visible.ts';
import type { TF } from '../index.ts';
import type { Imports } from './imports.ts';
import type { CheckOptions } from './messages.ts';
import { oneLine } from './oneLine.ts';

type Backend = NonNullable<CheckOptions['backend']>;

/** The package of each backend, its name in TensorFlow.js, and the command that installs it. */
const BACKENDS = {
  cpu: { package: '@tensorflow/tfjs', tfjsName: 'cpu', fix: 'npm install @tensorflow/tfjs' },
  wasm: {
    package: '@tensorflow/tfjs-backend-wasm',
    tfjsName: 'wasm',
    fix: 'npm install @tensorflow/tfjs-backend-wasm',
  },
  native: { package: 'backproof/native', tfjsName: 'tensorflow', fix: 'backproof setup-native' },
} as const satisfies Record<Backend, { package: string; tfjsName: string; fix: string }>;

/**
 * Why a module cannot be checked in single precision, or null. The TensorFlow.js that it imports is in double
 * precision, so a forward that uses imported ops would not run on the backend.
 */
export function refusalOf(imports: Imports): string | null {
  const [first] = imports.ofTfjs();
  if (first === undefined) return null;
  const place = visible(relative(process.cwd(), first.importer));
  return `--precision float32: expected forward and backward that use only the tf they are handed, got an import of ${first.specifier} in ${place}, which is in double precision here`;
}

/**
 * The TensorFlow.js installed where the module is, with its own kernels. Those of backproof/wasm-training and
 * backproof/cpu-fixes are added if the module imports them; native is backproof/native.
 */
export async function startSinglePrecision(
  backend: Backend,
  file: string,
  imports: Imports,
): Promise<{ readonly tf: TF } | { readonly lacking: string }> {
  const { tfjsName, fix, package: name } = BACKENDS[backend];
  const own = createRequire(import.meta.url);
  // Requires from the place where TensorFlow.js would be beside the module, which get no substitutes (hooks.ts).
  const theirs = createRequire(join(dirname(file), 'node_modules', '@tensorflow', 'tfjs', 'index.js'));
  const load = (specifier: string): unknown => {
    for (const require of [theirs, own])
      try {
        return own(require.resolve(specifier));
      } catch (error) {
        if (require === own || (error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
      }
    return null;
  };
  try {
    const tf = load('@tensorflow/tfjs') as TF;
    tf.env().set('PROD', true);
    const added = load(name) as { setWasmPaths?(folder: string): void };
    for (const replacing of imports.registering()) if (replacing !== name) own(own.resolve(replacing));
    if (backend === 'wasm') {
      const folder = dirname(theirsOrOwn(theirs, own, `${name}/package.json`));
      added.setWasmPaths!(join(folder, 'dist') + sep);
    }
    if ((await tf.setBackend(tfjsName)) && isSingle(tf) && tf.getBackend() === tfjsName) return { tf };
    return { lacking: `--backend ${backend}: expected it to start, got no backend: ${fix}` };
  } catch (error) {
    return {
      lacking: `--backend ${backend}: expected it to load, got "${oneLine(error, file)}": ${fix}`,
    };
  }
}

/** Whether tf computes in single precision; a substitute would silently compute in double precision. */
function isSingle(tf: TF): boolean {
  const probe = tf.scalar(0.1);
  const values = probe.dataSync();
  probe.dispose();
  return values[0] === Math.fround(0.1);
}

function theirsOrOwn(theirs: NodeJS.Require, own: NodeJS.Require, specifier: string): string {
  try {
    return theirs.resolve(specifier);
  } catch {
    return own.resolve(specifier);
  }
}
