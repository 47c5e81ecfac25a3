import type { GradcheckOptions, GradcheckSpec, Tensor, TF } from '../../src/gradcheck/index.ts';
import type { Plant } from './plants.ts';
import {
  compile,
  type Forward,
  floats,
  forwardCode,
  makeLayers,
  type Program,
  type Scope,
  type Tensors,
} from './program.ts';

export interface Functions {
  readonly forward: Forward;
  readonly backward?: (tf: TF, inputs: Tensors, dy: Tensor) => Record<string, Tensor>;
}

/** A program with or without a hand-written backward, correct or with a planted mistake. */
export interface Form {
  readonly program: Program;
  readonly plant: Plant | null;
  readonly withBackward: boolean;
}

/** The definitions of forward and backward. The correct backward is TensorFlow.js's gradient of the forward. */
function definitions({ program, plant, withBackward }: Form): string {
  const right = forwardCode(program, program.statements);
  const wrong = plant?.statements
    ? forwardCode({ ...program, output: plant.output }, plant.statements)
    : null;
  if (!withBackward) return `const forward = ${wrong ?? right};`;
  const names = `[${program.connected.map((name) => `'${name}'`).join(', ')}]`;
  const gradients = floats(program).map(({ name }) => {
    const own = program.connected.includes(name) ? `gradients.${name}` : `tf.zerosLike(inputs.${name})`;
    return `${name}: ${plant?.gradient && plant.target === name ? plant.gradient : own}`;
  });
  return `const forward = ${right};
${wrong === null ? '' : `// The gradient of this one has the mistake.\nconst wrongForward = ${wrong};\n`}const names = ${names};
const backward = (tf, inputs, dy) => {
  const contracted = (...xs) => {
    const replaced = Object.fromEntries(names.map((name, i) => [name, xs[i]]));
    return tf.sum(tf.mul(${wrong === null ? 'forward' : 'wrongForward'}(tf, { ...inputs, ...replaced }), dy));
  };
  const found = tf.grads(contracted)(names.map((name) => inputs[name]));
  const gradients = Object.fromEntries(names.map((name, i) => [name, found[i]]));
  return { ${gradients.join(', ')} };
};`;
}

/** The functions themselves, with their own layers. */
export function functionsOf(
  tf: TF,
  form: Form,
  scope: Scope = makeLayers(tf, form.program.layers),
): Functions {
  const names = form.withBackward ? 'forward, backward' : 'forward';
  return compile<Functions>(scope, `${definitions(form)}\nreturn { ${names} };`);
}

export function specOf({ inputs, family }: Program, functions: Functions): GradcheckSpec {
  return {
    name: family,
    inputs: Object.fromEntries(
      inputs.map(({ name, shape, values, dtype }) => [name, { values, shape, dtype }]),
    ),
    ...functions,
  };
}

/** The function as a file for `backproof check`. */
export function printed(form: Form, options: GradcheckOptions, title: string): string {
  const { program, plant, withBackward } = form;
  const inputs = program.inputs.map(
    ({ name, shape, values, dtype }) =>
      `    ${name}: { values: [${values.join(', ')}], shape: [${shape.join(', ')}], dtype: '${dtype}' },`,
  );
  const mistake =
    plant === null ? '' : `\n// Planted: ${plant.kind}, in the gradient of ${plant.target} (${plant.side}).`;
  return `// ${title}${mistake}
// Options: ${JSON.stringify(options)}
${program.layers.length > 0 ? "import * as tf from '@tensorflow/tfjs';\n" : ''}
${program.layers.map(({ name, code }) => `const ${name} = ${code};\n`).join('')}${definitions(form)}

export const spec = {
  inputs: {
${inputs.join('\n')}
  },
  forward,${withBackward ? '\n  backward,' : ''}
};
`;
}
