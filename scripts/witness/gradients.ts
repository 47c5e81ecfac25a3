import * as tf from 'backproof/float64';
import { attention } from '../../examples/attention.ts';
import { denseSoftmax } from '../../examples/denseSoftmax.ts';
import { depthwise } from '../../examples/depthwise.ts';
import { customGelu, customGeluLayer } from '../../examples/gelu.ts';
import { layerNorm } from '../../examples/layerNorm.ts';
import { type Input, readInput } from '../../src/gradcheck/spec/readInput.ts';
import type { GradcheckSpec, Tensor } from '../../src/gradcheck/types.ts';
import { networkSpec } from '../../src/notebook/compare/networkSpec.ts';
import { loadDataset } from '../../src/notebook/data/dataset.ts';
import { IMAGE_PIXELS, IMAGE_SIDE } from '../../src/notebook/data/images.ts';
import { select } from '../../src/notebook/data/select.ts';
import { manualStep } from '../../src/notebook/engines/manual.ts';
import { startTensorEngine } from '../../src/notebook/engines/tensors.ts';
import { initialParameters } from '../../src/notebook/model/parameters.ts';
import { unequalEntries, uniformNumbers } from '../../src/numerics/random.ts';
import { registerGradientsOn } from '../../src/tfjs/gradients/register.ts';
import { ops } from './ops.ts';

/** Numbers in the form that the witness reads: row-major. */
export interface WitnessValues {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

/** One function at one point: its output, and its gradients for dy. */
export interface WitnessCase {
  readonly name: string;
  /** The name of the function in witness.py that computes the correct values. */
  readonly witness: string;
  readonly inputs: Readonly<Record<string, WitnessValues>>;
  readonly dy: WitnessValues;
  readonly output: WitnessValues;
  readonly gradients: Readonly<Record<string, WitnessValues>>;
}

/** Steps of the run, counted from 0; at 241 the network with seed 1 on the real digits is confident and wrong. */
const STEPS = [0, 1, 10, 199, 241, 999];

/** The network at steps of a run in double precision, with seed 1, trained by the hand-written gradients. */
export async function networkCases(data: string): Promise<WitnessCase[]> {
  await tf.ready();
  const dataset = await loadDataset(data, { offline: true });
  const samples = select(dataset.train, { positive: 1, negative: 8, perClass: 100 });
  const problem = { samples, parameters: initialParameters(1, 5), learningRate: 0.1 };
  const engine = startTensorEngine(tf, 'float64', problem, manualStep);
  const cases: WitnessCase[] = [];
  let taken = 0;
  for (const step of STEPS) {
    // One epoch at a time, because an engine cannot advance beyond one.
    while (taken < step) {
      const first = taken % samples.count;
      const count = Math.min(step - taken, samples.count - first);
      engine.advance(first, count);
      taken += count;
    }
    const sample = step % samples.count;
    const pixels = samples.pixels.slice(sample * IMAGE_PIXELS, (sample + 1) * IMAGE_PIXELS);
    const label = samples.labels[sample]!;
    const spec = networkSpec({ pixels, label }, engine.parameters(), `network, step ${step + 1}`);
    const inputs = {
      image: { shape: [1, IMAGE_SIDE, IMAGE_SIDE, 1], values: Array.from(pixels) },
      label: { shape: [1, 1], values: [label] },
    };
    const known = caseOf('network', spec, () => [1]);
    cases.push({ ...known, inputs: { ...known.inputs, ...inputs } });
  }
  engine.dispose();
  return cases;
}

/** Every example, for a dy with unequal entries. */
export async function exampleCases(): Promise<WitnessCase[]> {
  await tf.ready();
  const random = uniformNumbers(11);
  return Object.entries({
    denseSoftmax,
    layerNorm,
    customGelu,
    customGeluLayer,
    depthwise,
    attention,
  } satisfies Record<string, GradcheckSpec>).map(([witness, spec]) =>
    caseOf(witness, spec, (size) => unequalEntries(size, random)),
  );
}

/** Every op of ops.ts, with the gradients of backproof/gradients. */
export async function opCases(): Promise<WitnessCase[]> {
  await tf.ready();
  const random = uniformNumbers(12);
  const putBack = registerGradientsOn(tf);
  try {
    return Object.entries<GradcheckSpec>(ops).map(([witness, spec]) =>
      caseOf(witness, { name: witness, ...spec }, (size) => unequalEntries(size, random)),
    );
  } finally {
    putBack();
  }
}

function caseOf(
  witness: string,
  spec: GradcheckSpec,
  dyOf: (size: number) => ArrayLike<number>,
): WitnessCase {
  const name = spec.name ?? witness;
  const read = Object.entries(spec.inputs ?? {}).map(([input, value]) => readInput(name, input, value));
  let found: WitnessCase | undefined;
  tf.tidy(() => {
    const tensors = Object.fromEntries(read.map((input) => [input.name, tensorOf(input)]));
    const output = spec.forward(tf, tensors);
    const dy = tf.tensor(Array.from(dyOf(output.size)), output.shape);
    const gradients = spec.backward?.(tf, tensors, dy) ?? autodiff(spec, read, tensors, dy);
    found = {
      name,
      witness,
      inputs: flatAll(tensors),
      dy: flat(dy),
      output: flat(output),
      gradients: flatAll(gradients as Record<string, Tensor>),
    };
  });
  if (found === undefined) throw new Error('tidy: expected it to call its function, got no values');
  return found;
}

/** The gradients by tf.grads, for a spec without its own backward. */
function autodiff(
  spec: GradcheckSpec,
  read: readonly Input[],
  tensors: Record<string, Tensor>,
  dy: Tensor,
): Record<string, Tensor> {
  const names = read.filter(({ dtype }) => dtype === 'float32').map(({ name }) => name);
  const forward = (...given: Tensor[]): Tensor =>
    spec.forward(tf, { ...tensors, ...Object.fromEntries(names.map((name, i) => [name, given[i]!])) });
  const found = tf.grads(forward)(
    names.map((name) => tensors[name]!),
    dy,
  );
  return Object.fromEntries(names.map((name, i) => [name, found[i]!]));
}

const tensorOf = ({ values, shape, dtype }: Input): Tensor =>
  tf.tensor(Array.from(values), [...shape], dtype);

const flat = (tensor: Tensor): WitnessValues => ({
  shape: tensor.shape,
  values: Array.from(tensor.dataSync()),
});
const flatAll = (tensors: Record<string, Tensor>): Record<string, WitnessValues> =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, flat(tensor)]));
