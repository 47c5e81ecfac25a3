import { rm, writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { usageFailure } from '../../system/errors.ts';
import { fileFailure } from '../../system/fileFailure.ts';
import { packageType } from './files.ts';

/** Without .cts, which would need another form. */
const EXTENSIONS = ['.ts', '.mts', '.js', '.mjs', '.cjs'];

/** The three forms of the example: TypeScript, or JavaScript as an ES module or as CommonJS. */
type Form = 'typescript' | 'module' | 'commonjs';

/**
 * Writes a commented example that passes, in the language of the file's extension.
 * @throws Failure (usage) for a file that exists, another extension, or a folder that does not exist; (environment) if
 *   the disk is full or cannot be written
 */
export async function writeExample(file: string, shownFile: string): Promise<void> {
  const extension = extname(file);
  if (!EXTENSIONS.includes(extension))
    throw usageFailure(
      `--init ${shownFile}: expected a name that ends with ${EXTENSIONS.join(', ')}, got ${extension || 'no extension'}`,
    );
  try {
    await writeFile(file, exampleOf(formOf(file, extension), shownFile), { flag: 'wx' });
  } catch (error) {
    const expected = `--init ${shownFile}: expected a new file in an existing folder`;
    if ((error as NodeJS.ErrnoException).code === 'EEXIST')
      throw usageFailure(`${expected}, got one that exists, which stays as it is`);
    // The file did not exist before, so an incomplete one can be removed.
    await rm(file, { force: true }).catch(() => undefined);
    throw fileFailure(expected, error, 'choose another');
  }
}

function formOf(file: string, extension: string): Form {
  if (extension === '.cjs' || (extension === '.js' && packageType(file) === 'commonjs')) return 'commonjs';
  return extension.endsWith('ts') ? 'typescript' : 'module';
}

function exampleOf(form: Form, file: string): string {
  const typescript = form === 'typescript';
  /** Text for the TypeScript form only. */
  const ts = (text: string): string => (typescript ? text : '');
  const spec = (inputs: string): string =>
    typescript ? '' : `/** @type {import('backproof/gradcheck').GradcheckSpec<${inputs}>} */\n`;
  const exported = form === 'commonjs' ? '' : 'export ';
  const imports =
    form === 'commonjs'
      ? "const tf = require('@tensorflow/tfjs');\n"
      : `import * as tf from '@tensorflow/tfjs';\n${ts("import type { GradcheckSpec } from 'backproof/gradcheck';\n")}`;
  return `// Gradients to check: npx backproof check ${file}
// Every exported { inputs, forward, backward? } is checked in double precision: autodiff of forward, and backward
// if there is one, are compared with finite differences of forward.
${imports}
// A layer with a hand-written backward pass: y = relu(x w + b).
${spec("'x' | 'w' | 'b'")}${exported}const dense${ts(": GradcheckSpec<'x' | 'w' | 'b'>")} = {
  name: 'dense',
  // The point at which gradients are checked: nested numbers, { values, shape } or tensors. Any values will do.
  inputs: {
    x: [[0.3, -1.2, 0.7], [1.1, 0.4, -0.6]],
    w: [[0.5, -0.8], [0.2, 0.9], [-0.4, 0.6]],
    b: [0.1, -0.2],
  },
  // Use ops of the tf that is passed in, or of an imported one: both compute in double precision here.
  forward: (tf, { x, w, b }) => tf.relu(tf.add(tf.matMul(x, w), b)),
  // dy has the shape of the output; the gradients returned have the names and shapes of the inputs.
  backward: (tf, { x, w, b }, dy) => {
    // relu passes dy only where its input is positive
    const dz = tf.mul(dy, tf.step(tf.add(tf.matMul(x, w), b)));
    return {
      x: tf.matMul(dz, w, false, true),
      w: tf.matMul(x, dz, true, false),
      b: tf.sum(dz, 0),
    };
  },
};

// Your own code, unchanged, with a gradient by customGrad: swish(x) = x sigmoid(x).
const swish = tf.customGrad((x${ts(': tf.Tensor | tf.GradSaveFunc')}, save${ts(': tf.Tensor | tf.GradSaveFunc')}) => {
  ${typescript ? '(save as tf.GradSaveFunc)([x as tf.Tensor])' : 'save([x])'};
  return {
    value: tf.mul(x${ts(' as tf.Tensor')}, tf.sigmoid(x${ts(' as tf.Tensor')})),
    gradFunc: (dy${ts(': tf.Tensor')}, saved${ts(': tf.Tensor[]')}) => {
      const [x] = saved${ts(' as [tf.Tensor]')};
      const s = tf.sigmoid(x);
      // s + x s (1 - s)
      return tf.mul(dy, tf.add(s, tf.mul(x, tf.mul(s, tf.sub(1, s)))));
    },
  };
});

// Without backward, autodiff of forward is checked, including your customGrad.
${spec("'x'")}${exported}const activation${ts(": GradcheckSpec<'x'>")} = {
  name: 'swish',
  inputs: { x: [-2, -0.5, 0.1, 3] },
  forward: (_tf, { x }) => swish(x),
};
${form === 'commonjs' ? '\nmodule.exports = { dense, activation };\n' : ''}`;
}
