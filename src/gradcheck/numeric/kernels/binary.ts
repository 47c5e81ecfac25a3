import { sizeOf } from '../../../numerics/shape.ts';
import { type Call, type DType, isFloat, type NumberArray, type Rule, read, write } from './rule.ts';

interface Binary {
  /** The names of the two inputs. */
  readonly operands?: readonly [string, string];
  branch(a: number, b: number): number;
  /** The formula of the piece; where pieces meet, the formula whose derivative TensorFlow.js takes. */
  value(a: number, b: number, branch: number): number;
  readonly dtype?: DType;
  /** Whether branch 0 is the point between two pieces of different slopes. */
  readonly corner?: boolean;
}

const compare = (a: number, b: number): number => Math.sign(a - b);
const truth = (holds: (side: number) => boolean): Binary => ({
  branch: compare,
  value: (_a, _b, side) => (holds(side) ? 1 : 0),
  dtype: 'bool',
});

/** The piecewise smooth kernels of two operands, broadcast against each other. */
export const binaryKernels: Record<string, Binary> = {
  Maximum: { branch: compare, value: (a, b, side) => (side >= 0 ? a : b), corner: true },
  Minimum: { branch: compare, value: (a, b, side) => (side <= 0 ? a : b), corner: true },
  Greater: truth((side) => side > 0),
  GreaterEqual: truth((side) => side >= 0),
  Less: truth((side) => side < 0),
  LessEqual: truth((side) => side <= 0),
  Equal: truth((side) => side === 0),
  NotEqual: truth((side) => side !== 0),
  Mod: { branch: (a, b) => Math.floor(a / b), value: (a, b, quotient) => a - quotient * b },
  FloorDiv: { branch: (a, b) => Math.floor(a / b), value: (_a, _b, quotient) => quotient, dtype: 'int32' },
  Prelu: {
    operands: ['x', 'alpha'],
    branch: (x) => Math.sign(x),
    value: (x, alpha, side) => (side > 0 ? x : alpha * x),
    corner: true,
  },
};

/** Calls visit(output position, position in a, position in b) for every element of the broadcast shape. */
function forEachPair(
  shape: readonly number[],
  a: readonly number[],
  b: readonly number[],
  visit: (out: number, i: number, j: number) => void,
): void {
  const size = sizeOf(shape);
  const aSize = sizeOf(a);
  const bSize = sizeOf(b);
  if ((aSize === size || aSize === 1) && (bSize === size || bSize === 1)) {
    for (let k = 0; k < size; k++) visit(k, aSize === 1 ? 0 : k, bSize === 1 ? 0 : k);
    return;
  }
  const aStrides = broadcastStrides(shape, a);
  const bStrides = broadcastStrides(shape, b);
  for (let k = 0; k < size; k++) {
    let rest = k;
    let i = 0;
    let j = 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const coordinate = rest % shape[axis]!;
      rest = (rest - coordinate) / shape[axis]!;
      i += coordinate * aStrides[axis]!;
      j += coordinate * bStrides[axis]!;
    }
    visit(k, i, j);
  }
}

/** Strides of a shape within the shape it is broadcast to: 0 along the axes it is broadcast over. */
function broadcastStrides(shape: readonly number[], own: readonly number[]): number[] {
  const strides = new Array<number>(shape.length).fill(0);
  const lead = shape.length - own.length;
  let stride = 1;
  for (let axis = own.length - 1; axis >= 0; axis--) {
    strides[lead + axis] = own[axis] === 1 ? 0 : stride;
    stride *= own[axis]!;
  }
  return strides;
}

function rule({ operands: [left, right] = ['a', 'b'], branch, value, dtype, corner }: Binary): Rule {
  const layout = (call: Call) => {
    const a = call.inputs[left]!;
    const b = call.inputs[right]!;
    const shape: number[] = call.tf.backend_util.assertAndGetBroadcastShape(a.shape, b.shape);
    return { a, b, shape, aValues: read(call, a), bValues: read(call, b) };
  };
  return {
    branches(call) {
      // The op has made both operands of one type.
      if (!isFloat(call.inputs[left])) return null;
      const { a, b, shape, aValues, bValues } = layout(call);
      const branches = new Float64Array(sizeOf(shape));
      forEachPair(shape, a.shape, b.shape, (k, i, j) => {
        branches[k] = branch(aValues[i]!, bValues[j]!);
      });
      return branches;
    },
    ties: (_call, branches) => (corner ? branches.filter((side) => side === 0).length : 0),
    hold(call, { branches }) {
      const { a, b, shape, aValues, bValues } = layout(call);
      const size = sizeOf(shape);
      const out: NumberArray =
        dtype === 'bool'
          ? new Uint8Array(size)
          : dtype === 'int32'
            ? new Int32Array(size)
            : new Float64Array(size);
      forEachPair(shape, a.shape, b.shape, (k, i, j) => {
        out[k] = value(aValues[i]!, bValues[j]!, branches[k]!);
      });
      return [write(call, out, shape, dtype ?? 'float32')];
    },
  };
}

export const binaryRules: Record<string, Rule> = Object.fromEntries(
  Object.entries(binaryKernels).map(([name, kernel]) => [name, rule(kernel)]),
);
