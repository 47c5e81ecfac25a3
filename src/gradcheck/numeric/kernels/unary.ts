import { type Call, type DType, isFloat, type NumberArray, type Rule, read, write } from './rule.ts';

type Attr = (name: string) => number;

interface Unary {
  /** The piece that x is on; a point where pieces meet counts as a separate piece. */
  branch(x: number, attr: Attr): number;
  /** The formula of the piece at x; where pieces meet, the formula whose derivative TensorFlow.js takes. */
  value(x: number, branch: number, attr: Attr): number;
  readonly dtype?: DType;
  /** Branches that are the point between two pieces of different slopes. */
  readonly corners?: readonly number[];
}

const SELU_SCALE = 1.0507009873554805;
const SELU_SCALE_ALPHA = 1.7580993408473768;

/** The region of x relative to two bounds: 0 below, 1 at the lower, 2 between, 3 at the upper, 4 above. */
const region = (x: number, low: number, high: number): number =>
  x < low ? 0 : x === low ? 1 : x < high ? 2 : x === high ? 3 : 4;

function roundHalfToEven(x: number): number {
  const below = Math.floor(x);
  if (x - below !== 0.5) return Math.round(x);
  return below % 2 === 0 ? below : below + 1;
}

const asIs = (_x: number, branch: number): number => branch;

/** The piecewise elementwise kernels, except Cast. */
export const unaryKernels: Record<string, Unary> = {
  Relu: { branch: Math.sign, value: (x, side) => (side > 0 ? x : 0), corners: [0] },
  Relu6: {
    branch: (x) => region(x, 0, 6),
    value: (x, piece) => (piece < 2 ? 0 : piece < 4 ? x : 6),
    corners: [1, 3],
  },
  LeakyRelu: {
    branch: Math.sign,
    value: (x, side, attr) => (side > 0 ? x : attr('alpha') * x),
    corners: [0],
  },
  Elu: { branch: Math.sign, value: (x, side) => (side < 0 ? Math.expm1(x) : x) },
  Selu: {
    branch: Math.sign,
    value: (x, side) => (side > 0 ? SELU_SCALE * x : SELU_SCALE_ALPHA * Math.expm1(x)),
    corners: [0],
  },
  Abs: { branch: Math.sign, value: (x, side) => (side > 0 ? x : -x), corners: [0] },
  ClipByValue: {
    branch: (x, attr) => region(x, attr('clipValueMin'), attr('clipValueMax')),
    value: (x, piece, attr) => (piece === 0 ? attr('clipValueMin') : piece < 4 ? x : attr('clipValueMax')),
    corners: [1, 3],
  },
  Sign: { branch: Math.sign, value: asIs },
  Step: { branch: Math.sign, value: (_x, side, attr) => (side > 0 ? 1 : attr('alpha')) },
  Floor: { branch: Math.floor, value: asIs },
  Ceil: { branch: Math.ceil, value: asIs },
  Round: { branch: roundHalfToEven, value: asIs },
};

/** Cast of floats to integers or booleans; between floats it has no pieces. */
const castRule: Rule = {
  branches(call) {
    if (!isFloat(call.inputs.x) || call.attrs.dtype === 'float32' || call.attrs.dtype === 'complex64')
      return null;
    const truth = call.attrs.dtype === 'bool';
    return branchesOf(call, (x) => (truth ? (x === 0 ? 0 : 1) : Math.trunc(x)));
  },
  hold(call, { branches }) {
    const dtype = call.attrs.dtype as DType;
    const values = dtype === 'bool' ? Uint8Array.from(branches) : Int32Array.from(branches);
    return [write(call, values, call.inputs.x!.shape, dtype)];
  },
};

function branchesOf(call: Call, branch: (x: number, attr: Attr) => number): Float64Array {
  const values = read(call, call.inputs.x!);
  const attr: Attr = (name) => call.attrs[name] as number;
  const branches = new Float64Array(values.length);
  for (let i = 0; i < branches.length; i++) branches[i] = branch(values[i]!, attr);
  return branches;
}

function rule(kernel: Unary): Rule {
  return {
    branches: (call) => (isFloat(call.inputs.x) ? branchesOf(call, kernel.branch) : null),
    ties: (_call, branches) => branches.filter((branch) => kernel.corners?.includes(branch) ?? false).length,
    hold(call, { branches }) {
      const x = call.inputs.x!;
      const values = read(call, x);
      const attr: Attr = (name) => call.attrs[name] as number;
      const out: NumberArray = new Float64Array(values.length);
      for (let i = 0; i < out.length; i++) out[i] = kernel.value(values[i]!, branches[i]!, attr);
      return [write(call, out, x.shape, kernel.dtype ?? x.dtype)];
    },
  };
}

export const unaryRules: Record<string, Rule> = {
  ...Object.fromEntries(Object.entries(unaryKernels).map(([name, kernel]) => [name, rule(kernel)])),
  Cast: castRule,
};
