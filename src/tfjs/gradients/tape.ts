import type { NamedTensorMap, Tensor } from '@tensorflow/tfjs';
import type { TF } from '../types.ts';
import { complexNumbers, complexProductGradient, partwise } from './missing/complex.ts';
import { sumTo } from './shapes.ts';

/** A record of one kernel or customGrad on the tape of TensorFlow.js. */
interface TapeNode {
  /** For a customGrad, and for the copy of a tensor that a gradient saves, the scope in which it ran. */
  readonly kernelName: string;
  readonly inputs: NamedTensorMap;
  readonly outputs: readonly Tensor[];
  readonly saved: readonly Tensor[];
  readonly gradient?: (dys: Tensor[]) => Record<string, () => Tensor>;
}

type CustomFunction = (...args: (Tensor | ((tensors: Tensor[]) => void))[]) => { readonly value: Tensor };

/** The parts of the TensorFlow.js engine that gradients use. */
interface Engine {
  readonly state: {
    activeTape: TapeNode[] | null;
    readonly gradientDepth: number;
    readonly scopeStack: readonly { readonly name: string }[];
  };
  scopedRun<Result>(start: () => void, end: () => void, f: () => Result): Result;
  startTape(): void;
  endTape(): void;
  tidy<Result>(name: string, f: () => Result): Result;
  gradients(f: () => Tensor, xs: Tensor[], dy?: Tensor | null, allowNoGradients?: boolean): Gradients;
  customGrad(f: CustomFunction): (...inputs: Tensor[]) => Tensor;
  addTapeNode(...entry: TapeEntry): void;
  runKernel(kernelName: string, inputs: NamedTensorMap): Tensor;
}
type TapeEntry = [
  kernelName: string,
  inputs: unknown,
  outputs: unknown,
  gradient: unknown,
  saved: unknown,
  attributes: unknown,
];
interface Gradients {
  readonly value: Tensor;
  readonly grads: (Tensor | undefined)[];
}

/**
 * Ops whose customGrad is wrong or fails, and whose forward consists of kernels with correct gradients: those kernels
 * are recorded instead. logSigmoid's customGrad keeps its input without saving it, so an intermediate one is disposed
 * by then; softmaxCrossEntropy's returns the negative gradient of the logits for the labels, and assumes that the
 * labels sum to 1; for the fused ops see missing/fused.ts.
 */
const TRACED = new Set(
  ['logSigmoid', 'softmaxCrossEntropy', 'fusedConv2d', 'fusedDepthwiseConv2d', 'fusedMatMul'].map(scopeOf),
);
const DIV_NO_NAN = scopeOf('divNoNan');

/** The scope in which an op runs. */
function scopeOf(op: string): string {
  return `${op}__op`;
}

/**
 * Kernels that are linear, and so is their gradient: for complex numbers it applies to the real and to the imaginary
 * part.
 */
const LINEAR = new Set(['Add', 'AddN', 'Cast', 'Concat', 'ExpandDims', 'Identity', 'Neg', 'Pack', 'PadV2', 'Reshape', 'Reverse', 'Slice', 'SplitV', 'Sub', 'Sum', 'Transpose', 'Unpack']); // biome-ignore format: a list of words

const OF_COMPLEX_NUMBERS = new Set(complexNumbers.map(({ kernelName }) => kernelName));

const mark = Symbol.for('backproof/gradients');

/**
 * Fixes the problems that no gradient of a kernel can fix: derivatives of derivatives through a saved output, which
 * TensorFlow.js loses (tfjs issue 3252), gradients of functions with step functions or complex numbers in them, which
 * it refuses, and the ops of TRACED.
 *
 * @returns a function that restores the original tape
 */
export function fixTape(tf: TF): () => void {
  const engine = tf.engine() as unknown as Engine & { [mark]?: true };
  if (engine[mark]) return () => {};
  const { gradients, customGrad, addTapeNode } = engine;
  const isIn = (scope: string): boolean => engine.state.scopeStack.some(({ name }) => name === scope);
  Object.assign(engine, {
    [mark]: true,
    gradients: gradientsOf.bind(null, tf, engine),
    customGrad: (f: CustomFunction) =>
      TRACED.has(engine.state.scopeStack.at(-1)?.name ?? '')
        ? (...inputs: Tensor[]) => f(...inputs, () => {}).value
        : customGrad.call(engine, f),
    addTapeNode: (...[kernelName, inputs, outputs, gradient, saved, attributes]: TapeEntry) => {
      const name = kernelName === 'RealDiv' && isIn(DIV_NO_NAN) ? 'DivNoNan' : kernelName;
      addTapeNode.call(engine, name, inputs, outputs, gradient, saved, attributes);
    },
  });
  return () => Object.assign(engine, { [mark]: undefined, gradients, customGrad, addTapeNode });
}

/** Whether the tape of `tf` is this package's. */
export const hasFixedTape = (tf: TF): boolean => (tf.engine() as { [mark]?: true })[mark] === true;

/**
 * The gradients of f's result in `xs`, as `tf.grads` and every optimizer request them. Errors are worded as in
 * TensorFlow.js.
 */
function gradientsOf(
  tf: TF,
  engine: Engine,
  f: () => Tensor,
  xs: Tensor[],
  dy?: Tensor | null,
  allowNoGradients = false,
): Gradients {
  tf.util.assert(xs.length > 0, () => 'gradients() received an empty list of xs.');
  if (dy != null && dy.dtype !== 'float32')
    throw new Error(`dy must have 'float32' dtype, but has '${dy.dtype}'`);
  const y = engine.scopedRun(
    () => engine.startTape(),
    () => engine.endTape(),
    () => engine.tidy('forward', f),
  );
  tf.util.assert(y instanceof tf.Tensor, () => 'The result y returned by f() must be a tensor.');
  const tape = engine.state.activeTape!;
  const connected = pathBetween(nested.has(tape) ? producersFirst(tape) : tape, xs, y);
  // An outer gradient records the ops of this one's backward pass.
  if (engine.state.gradientDepth > 0) nested.add(tape);
  if (!allowNoGradients && connected.length === 0)
    throw new Error(
      'Cannot compute gradient of y=f(x) with respect to x. Make sure that the f you passed encloses all operations ' +
        'that lead from x to y.',
    );
  const hasSteps = connected.some(({ outputs }) => !outputs.every(isContinuous));
  const path = hasSteps ? pathBetween(connected, xs, y, moving) : connected;
  return engine.tidy('backward', () => {
    const gradients = new Map<number, Tensor>([[y.id, dy ?? tf.ones(y.shape)]]);
    for (let i = path.length - 1; i >= 0; i--) propagate(tf, engine, path[i]!, gradients);
    const isConstant = ({ id }: Tensor): boolean =>
      hasSteps && connected.some(({ inputs }) => tensorsOf(inputs).some((input) => input.id === id));
    const grads = xs.map((x) => gradients.get(x.id) ?? (isConstant(x) ? tf.zeros(x.shape) : undefined));
    if (engine.state.gradientDepth === 0) {
      for (const { saved } of tape) for (const tensor of saved) tensor.dispose();
      engine.state.activeTape = null;
    }
    return { value: y, grads };
  });
}

/** Tapes that contain the backward pass of a gradient, whose ops use values saved by the forward pass. */
const nested = new WeakSet<readonly TapeNode[]>();

/**
 * Sorts the nodes so that each comes after those that made its inputs. TensorFlow.js records the copy of an output that
 * a gradient saves before the kernel that made the output; in that order no path leads from the input to the copy.
 */
function producersFirst(tape: readonly TapeNode[]): TapeNode[] {
  const producer = new Map<number, TapeNode>();
  for (const node of tape) for (const { id } of node.outputs) producer.set(id, node);
  const placed = new Set<TapeNode>();
  const place = (node: TapeNode): void => {
    if (placed.has(node)) return;
    for (const { id } of tensorsOf(node.inputs)) {
      const late = producer.get(id);
      // Not a kernel that returns its input as its output.
      if (late !== undefined && late !== node) place(late);
    }
    placed.add(node);
  };
  for (const node of tape) place(node);
  return [...placed];
}

/** The nodes on a path from xs to y through the outputs that count, each with only the inputs that are on the path. */
function pathBetween(
  tape: readonly TapeNode[],
  xs: readonly Tensor[],
  y: Tensor,
  counting: (node: TapeNode) => readonly Tensor[] = ({ outputs }) => outputs,
): TapeNode[] {
  const fromX = new Set<number>();
  for (const { id } of xs) fromX.add(id);
  const reached: { readonly node: TapeNode; readonly through: readonly Tensor[] }[] = [];
  for (const each of tape) {
    const inputs: NamedTensorMap = {};
    let isReached = false;
    for (const name in each.inputs) {
      const input = each.inputs[name];
      if (input === undefined || !fromX.has(input.id)) continue;
      inputs[name] = input;
      isReached = true;
    }
    if (!isReached) continue;
    const node = { ...each, inputs };
    const through = counting(node);
    for (const { id } of through) fromX.add(id);
    reached.push({ node, through });
  }
  const toY = new Set([y.id]);
  const path: TapeNode[] = [];
  for (let i = reached.length - 1; i >= 0; i--) {
    const { node, through } = reached[i]!;
    if (!through.some(({ id }) => toY.has(id))) continue;
    for (const name in node.inputs) toY.add(node.inputs[name]!.id);
    path.push(node);
  }
  return path.reverse();
}

const isContinuous = ({ dtype }: Tensor): boolean => dtype === 'float32' || dtype === 'complex64';

/**
 * The outputs through which gradients flow. Booleans, indices and other integers computed from real numbers are
 * constant between steps, so no gradient flows through them. TensorFlow.js has no gradients for most such kernels, so
 * `tf.where(tf.greater(x, 0), ...)` throws in a loss.
 */
const moving = ({ inputs, outputs }: TapeNode): readonly Tensor[] =>
  tensorsOf(inputs).some(isContinuous) ? outputs.filter(isContinuous) : outputs;

const tensorsOf = (map: NamedTensorMap): Tensor[] =>
  Object.values(map).filter((tensor) => tensor?.id !== undefined);

/** Adds the gradients that flow through the node to those of its inputs. */
function propagate(tf: TF, engine: Engine, node: TapeNode, gradients: Map<number, Tensor>): void {
  const dys = node.outputs.map(({ id, shape, dtype }) => gradients.get(id) ?? tf.zeros(shape, dtype));
  const found = inputGradients(tf, node, dys);
  for (const name in node.inputs) {
    const x = node.inputs[name]!;
    const makeGradient = found[name];
    if (makeGradient === undefined)
      throw new Error(
        `Cannot backprop through input ${name}. Available gradients found: ${Object.keys(found)}.`,
      );
    const dx = tf.tidy(() => ofItsKind(tf, x, makeGradient()));
    if (dx.dtype !== 'float32' && x.dtype !== 'complex64')
      throw new Error(
        `Error in gradient for op ${node.kernelName}. The gradient of input ${name} must have 'float32' dtype, ` +
          `but has '${dx.dtype}'`,
      );
    if (!tf.util.arraysEqual(dx.shape, x.shape))
      throw new Error(
        `Error in gradient for op ${node.kernelName}. The gradient of input '${name}' has shape '${dx.shape}', ` +
          `which does not match the shape of the input '${x.shape}'`,
      );
    const before = gradients.get(x.id);
    gradients.set(x.id, before === undefined ? dx : engine.runKernel('Add', { a: before, b: dx }));
    before?.dispose();
  }
}

/**
 * Where a real number became complex, its gradient is the real part; where a complex one became real, its gradient is
 * real.
 */
function ofItsKind(tf: TF, x: Tensor, dx: Tensor): Tensor {
  if (x.dtype === 'complex64') return dx.dtype === 'complex64' ? dx : tf.complex(dx, tf.zerosLike(dx));
  return dx.dtype === 'complex64' ? tf.real(dx) : dx;
}

/** @throws Error for a kernel without a gradient, or without one for complex numbers */
function inputGradients(tf: TF, node: TapeNode, dys: Tensor[]): Record<string, () => Tensor> {
  const { kernelName, gradient, inputs, saved } = node;
  if (gradient === undefined)
    throw new Error(`Cannot compute gradient: gradient function not found for ${kernelName}.`);
  if (dys.every(({ dtype }) => dtype !== 'complex64') || OF_COMPLEX_NUMBERS.has(kernelName))
    return gradient(dys);
  if (kernelName === 'Multiply') {
    const found = complexProductGradient(tf, dys[0]!, saved as readonly Tensor[] as [Tensor, Tensor]);
    const summed = (name: string, x: Tensor) => (): Tensor =>
      partwise(tf, found[name]!(), (part) => sumTo(tf, part, x.shape));
    return Object.fromEntries(Object.entries(inputs).map(([name, x]) => [name, summed(name, x)]));
  }
  // Not a kernel: the copy of a saved tensor, or a customGrad, which gets dy unchanged.
  const isKernel = tf.getGradient(kernelName) != null;
  if (!isKernel && !('x' in inputs)) return gradient(dys);
  if (isKernel && !LINEAR.has(kernelName))
    throw new Error(
      `Cannot compute gradient: gradient function not found for ${kernelName} of complex numbers.`,
    );
  const [ofReal, ofImag] = [tf.real, tf.imag].map((part) =>
    gradient(dys.map((dy) => (dy.dtype === 'complex64' ? part(dy) : dy))),
  );
  return Object.fromEntries(
    Object.keys(inputs).map((name) => [name, () => tf.complex(ofReal![name]!(), ofImag![name]!())]),
  );
}
