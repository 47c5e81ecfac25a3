import { sizeOf } from '../../../numerics/shape.ts';
import { type Call, isFloat, type Rule, read, write } from './rule.ts';

/** The attribute for the axes is reductionIndices in Max and axis in Min. */
interface ReductionAttrs {
  reductionIndices?: number | number[];
  axis?: number | number[];
  keepDims: boolean;
}

/** For every input element, the position of the output element that it is reduced into. */
function reducedPositions(call: Call): { positions: Int32Array; outShape: number[] } {
  const x = call.inputs.x!;
  const { reductionIndices, axis: axisOfMin, keepDims } = call.attrs as unknown as ReductionAttrs;
  const axes: number[] = call.tf.util.parseAxisParam(reductionIndices ?? axisOfMin!, x.shape);
  const strides = new Array<number>(x.shape.length).fill(0);
  let stride = 1;
  for (let axis = x.shape.length - 1; axis >= 0; axis--) {
    if (axes.includes(axis)) continue;
    strides[axis] = stride;
    stride *= x.shape[axis]!;
  }
  const positions = new Int32Array(sizeOf(x.shape));
  for (let i = 0; i < positions.length; i++) {
    let rest = i;
    let position = 0;
    for (let axis = x.shape.length - 1; axis >= 0; axis--) {
      const coordinate = rest % x.shape[axis]!;
      rest = (rest - coordinate) / x.shape[axis]!;
      position += coordinate * strides[axis]!;
    }
    positions[i] = position;
  }
  const outShape = keepDims
    ? x.shape.map((length, axis) => (axes.includes(axis) ? 1 : length))
    : x.shape.filter((_, axis) => !axes.includes(axis));
  return { positions, outShape };
}

/** Max and Min over axes: the branch of an element is whether it wins. On a tie every winner gets the gradient. */
const extremum = (beats: (candidate: number, best: number) => boolean): Rule => ({
  needsOutput: true,
  branches(call) {
    if (!isFloat(call.inputs.x)) return null;
    const values = read(call, call.inputs.x!);
    const { positions, outShape } = reducedPositions(call);
    const best = new Float64Array(sizeOf(outShape));
    const started = new Uint8Array(best.length);
    for (let i = 0; i < values.length; i++) {
      const position = positions[i]!;
      if (started[position] === 0 || beats(values[i]!, best[position]!)) best[position] = values[i]!;
      started[position] = 1;
    }
    const winners = new Uint8Array(values.length);
    for (let i = 0; i < values.length; i++) winners[i] = values[i] === best[positions[i]!] ? 1 : 0;
    return winners;
  },
  ties(call, branches) {
    const { positions, outShape } = reducedPositions(call);
    const winners = new Int32Array(sizeOf(outShape));
    for (let i = 0; i < branches.length; i++) winners[positions[i]!]! += branches[i]!;
    return winners.filter((count) => count > 1).length;
  },
  onePiece(call, branches) {
    const { positions, outShape } = reducedPositions(call);
    const found = new Uint8Array(sizeOf(outShape));
    return Uint8Array.from(branches, (wins, i) => {
      if (wins !== 1 || found[positions[i]!] === 1) return 0;
      found[positions[i]!] = 1;
      return 1;
    });
  },
  hold(call, { branches, output }) {
    const values = read(call, call.inputs.x!);
    const { positions, outShape } = reducedPositions(call);
    const out = new Float64Array(sizeOf(outShape));
    const found = new Uint8Array(out.length);
    for (let i = 0; i < values.length; i++) {
      if (branches[i] !== 1) continue;
      const position = positions[i]!;
      // The first winner gives the value; every further one adds its change since the base point.
      out[position] = found[position] === 0 ? values[i]! : out[position]! + (values[i]! - output![position]!);
      found[position] = 1;
    }
    return [write(call, out, outShape, 'float32')];
  },
});

/** The k largest along the last axis: the branch is their order. */
const topK: Rule = {
  branches(call) {
    if (!isFloat(call.inputs.x)) return null;
    return Int32Array.from(read(call, call.run()[1]!));
  },
  hold(call, { branches }) {
    const x = call.inputs.x!;
    const values = read(call, x);
    const row = x.shape.at(-1)!;
    const k = call.attrs.k as number;
    const shape = [...x.shape.slice(0, -1), k];
    const out = Float64Array.from(branches, (column, i) => values[Math.floor(i / k) * row + column]!);
    return [write(call, out, shape, 'float32'), write(call, Int32Array.from(branches), shape, 'int32')];
  },
};

/** Kernels whose only output is positions; the branch is the output. */
const positions: Rule = {
  branches(call) {
    if (!Object.values(call.inputs).some(isFloat)) return null;
    return Int32Array.from(read(call, call.run()[0]!));
  },
  hold(call, { branches }) {
    return call.run().map(({ shape }) => write(call, Int32Array.from(branches), shape, 'int32'));
  },
};

export const selectionRules: Record<string, Rule> = {
  Max: extremum((candidate, best) => candidate > best),
  Min: extremum((candidate, best) => candidate < best),
  TopK: topK,
  ArgMax: positions,
  ArgMin: positions,
  SearchSorted: positions,
};
