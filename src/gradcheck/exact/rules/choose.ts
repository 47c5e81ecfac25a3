import type { TensorInfo } from '@tensorflow/tfjs';
import { type Call, derive, type Rule } from '../call.ts';
import { Entry, type Numbers } from '../entry.ts';
import type { Vec } from '../field.ts';
import type { Real, World } from '../world.ts';
import { addition } from './arithmetic.ts';
import { gather, positions } from './move.ts';

/** Ranks from 1; among equal values the first or the last ranks highest. */
function ranksOf(real: Real, firstWins: boolean): { ranks: Float64Array; order: Int32Array } {
  const order = Int32Array.from({ length: real.length }, (_, k) => k);
  if (firstWins) order.reverse();
  // Equal values stay in their order.
  order.sort((a, b) => real[a]! - real[b]!);
  const ranks = new Float64Array(real.length);
  for (let rank = 0; rank < order.length; rank++) ranks[order[rank]!] = rank + 1;
  return { ranks, order };
}

/** Handles of the elements that the kernel chooses, found by running it on ranks. */
function chosen(call: Call, name: string, firstWins: boolean): Int32Array {
  const { ranks, order } = ranksOf(call.operand(name).real, firstWins);
  const [picked] = call.run({ [name]: ranks });
  return Int32Array.from(picked!, (rank) => order[rank - 1]! + 1);
}

/** Chooses elements as the kernel does on the real numbers; ties go by TensorFlow.js's convention. */
function choose(
  call: Call,
  name: string,
  firstWins: boolean,
): { entry: Entry; handles: Int32Array; tied: boolean } {
  const { world } = call;
  const { entry } = call.operand(name);
  const { turned } = world.options;
  const first = turned === undefined ? firstWins : turned === 'first';
  const handles = chosen(call, name, first);
  if (!entry.about.constant) {
    world.hold(handles.length);
    world.patterns.push({ kernel: call.kernel, sides: handles });
  }
  const others = chosen(call, name, !first);
  const ties = handles.filter((handle, k) => handle !== others[k]).length;
  world.kinks += ties;
  return { entry: gather(world, [entry], handles), handles, tied: ties > 0 };
}

const pooling =
  (firstWins: boolean): Rule =>
  (call) =>
    choose(call, 'x', firstWins).entry;

/** Max and Min over axes. TensorFlow.js passes the gradient to every element of a tie. */
const extremum: Rule = (call) => {
  const { world } = call;
  const x = call.operand('x');
  const { entry, tied } = choose(call, 'x', true);
  if (!tied || world.options.turned !== undefined) return entry;
  const places = reducedPlaces(world, call.inputs.x!, call.attrs.reductionIndices ?? call.attrs.axis);
  const real = call.real;
  const numbers = entry.numbers.map((own, lane): Numbers => {
    const algebra = world.algebras[lane]!;
    if (own.tangent === null || algebra.kind === 'degrees') return own;
    let sum: Vec = { re: new Float64Array(entry.size), im: null };
    for (const group of groupsOf(places)) {
      const inTie = group.map((k, out) => (k >= 0 && x.real[k] === real[out] ? k + 1 : 0));
      const part = gather(world, [x.entry], inTie).numbers[lane]!.tangent!;
      sum = algebra.field.add(sum, part);
    }
    return { ...own, tangent: sum };
  });
  return new Entry(world, entry.size, numbers, entry.about);
};

/** For every input element, the position of the output element into which it is reduced. */
export function reducedPlaces(world: World, { shape }: TensorInfo, axis: unknown): Int32Array {
  const axes: number[] = world.tf.util.parseAxisParam(axis as number[], shape);
  const strides = new Array<number>(shape.length).fill(0);
  let stride = 1;
  for (let at = shape.length - 1; at >= 0; at--) {
    if (axes.includes(at)) continue;
    strides[at] = stride;
    stride *= shape[at]!;
  }
  return positions(shape, strides);
}

/** Groups of input positions: the first element of every output, then the second of every output, and so on. */
export function groupsOf(places: Int32Array): Int32Array[] {
  const size = places.reduce((most, place) => Math.max(most, place), 0) + 1;
  const groups: Int32Array[] = [];
  const seen = new Int32Array(size);
  for (const [k, place] of places.entries()) {
    const turn = seen[place]!;
    seen[place] = turn + 1;
    groups[turn] ??= new Int32Array(size).fill(-1);
    groups[turn]![place] = k;
  }
  return groups;
}

/** The largest x + filter in every window. */
const dilation: Rule = (call) => {
  const { world } = call;
  const [x, filter] = [call.operand('x'), call.operand('filter')];
  const { strides, pad, dilations } = call.attrs as { strides: number; pad: 'same'; dilations: number };
  const info = world.tf.backend_util.computeDilation2DInfo(
    call.inputs.x!.shape as [number, number, number, number],
    call.inputs.filter!.shape as [number, number, number],
    strides,
    pad,
    'NHWC',
    dilations,
  );
  const { inHeight, inWidth, inChannels, outHeight, outWidth, padInfo } = info;
  world.hold(call.size);
  const inX = new Int32Array(call.size);
  const inFilter = new Int32Array(call.size);
  let out = 0;
  for (let n = 0; n < info.batchSize; n++)
    for (let row = 0; row < outHeight; row++)
      for (let column = 0; column < outWidth; column++)
        for (let c = 0; c < inChannels; c++, out++) {
          let best = Number.NEGATIVE_INFINITY;
          for (let h = 0; h < info.filterHeight; h++)
            for (let w = 0; w < info.filterWidth; w++) {
              const y = row * info.strideHeight - padInfo.top + h * info.dilationHeight;
              const z = column * info.strideWidth - padInfo.left + w * info.dilationWidth;
              if (y < 0 || y >= inHeight || z < 0 || z >= inWidth) continue;
              const at = ((n * inHeight + y) * inWidth + z) * inChannels + c;
              const tap = (h * info.filterWidth + w) * inChannels + c;
              const value = x.real[at]! + filter.real[tap]!;
              if (value <= best) continue;
              best = value;
              inX[out] = at + 1;
              inFilter[out] = tap + 1;
            }
        }
  const terms = [gather(world, [x.entry], inX), gather(world, [filter.entry], inFilter)];
  return derive(world, terms, call.size, call.real, addition);
};

/** Kernels that choose elements by their order. */
export const choosers: Readonly<Record<string, Rule>> = {
  Dilation2D: dilation,
  Max: extremum,
  Min: extremum,
  MaxPool: pooling(true),
  MaxPool3D: pooling(false),
  MaxPoolWithArgmax: pooling(true),
  TopK: pooling(true),
};
