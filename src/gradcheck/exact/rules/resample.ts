import { sizeOf } from '../../../numerics/shape.ts';
import type { Call, Operand, Rule } from '../call.ts';
import { CannotProve } from '../world.ts';
import { Steps } from './composite.ts';
import { gather } from './move.ts';

/** Shape of images. */
type ImageShape = readonly [batch: number, height: number, width: number, channels: number];

/** One output element: its image, its real coordinates there, and whether these are inside of it. */
interface Sample {
  readonly batch: number;
  readonly y: number;
  readonly x: number;
  readonly channel: number;
  readonly inside: boolean;
}

/** An axis: the coordinates of the samples with their numbers, and the two neighbours between which they lie. */
interface Axis {
  readonly coordinate: Operand;
  readonly low: Int32Array;
  readonly high: Int32Array;
}

/** Nothing is proved if the kernel's values differ from its definition by more than this, relatively. */
const ROUNDING = 1e-9;

/**
 * Interpolates between the four neighbours of every sample, or takes the nearest one; outside of the image, the fill.
 * @param axes the rows and the columns; null for the nearest neighbour
 */
function sampled(
  call: Call,
  steps: Steps,
  samples: readonly Sample[],
  axes: readonly [Axis, Axis] | null,
  fill: number,
): Operand {
  const image = call.operand('image');
  const [, height, width, channels] = image.shape as ImageShape;
  const at = (y: (k: number) => number, x: (k: number) => number): Operand =>
    steps.pick(
      image,
      samples.map(({ batch, channel, inside }, k) => {
        const [row, column] = [y(k), x(k)];
        const there = inside && row >= 0 && row < height && column >= 0 && column < width;
        return there ? ((batch * height + row) * width + column) * channels + channel + 1 : 0;
      }),
      fill,
    );
  if (axes === null) {
    const nearest = (x: number): number => Math.round(x);
    return at(
      (k) => nearest(samples[k]!.y),
      (k) => nearest(samples[k]!.x),
    );
  }
  const [rows, columns] = axes;
  // The share of the upper neighbour.
  const share = ({ coordinate, low }: Axis): Operand =>
    steps.add(coordinate, steps.constants(low.map((each) => -each)));
  const between = (a: Operand, b: Operand, part: Operand): Operand =>
    steps.add(a, steps.mul(steps.add(b, steps.mul(a, steps.constant(-1))), part));
  const [down, right] = [share(rows), share(columns)];
  const row = (of: Int32Array): Operand =>
    between(
      at(
        (k) => of[k]!,
        (k) => columns.low[k]!,
      ),
      at(
        (k) => of[k]!,
        (k) => columns.high[k]!,
      ),
      right,
    );
  return between(row(rows.low), row(rows.high), down);
}

/** Finishes a rule: checks that it computes the same as the kernel, and notes the branches. */
function held(call: Call, result: Operand, of: string, axes: readonly [Axis, Axis] | null): Operand['entry'] {
  const { real } = call;
  const scale = Math.max(1, ...Array.from(real, Math.abs));
  const off = Array.from(real).some((y, k) => !(Math.abs(y - result.real[k]!) <= ROUNDING * scale));
  if (off) throw new CannotProve(`${call.kernel}: the kernel computes something else`);
  // The real numbers decide which neighbours are used.
  const { world } = call;
  if (world.depends(call.inputs[of]!)) {
    world.hold(call.size);
    for (const { coordinate, low } of axes ?? []) {
      world.patterns.push({ kernel: call.kernel, sides: low });
      // At the coordinates of a pixel the neighbours change.
      world.kinks += low.filter((each, k) => each === coordinate.real[k]).length;
    }
  }
  return result.entry;
}

/** The coordinates of every output element. */
function places(shape: readonly number[]): number[][] {
  return Array.from({ length: sizeOf(shape) }, (_, flat) => {
    let rest = flat;
    return shape
      .toReversed()
      .map((length) => {
        const place = rest % length;
        rest = Math.floor(rest / length);
        return place;
      })
      .toReversed();
  });
}

/** Boxes [y1, x1, y2, x2], relative to the size of the image, all resized to the same size. */
const cropAndResize: Rule = (call) => {
  const steps = new Steps(call.world);
  const [image, boxes, boxInd] = ['image', 'boxes', 'boxInd'].map((name) => call.operand(name)) as [
    Operand,
    Operand,
    Operand,
  ];
  const [batches, height, width] = image.shape as ImageShape;
  const { cropSize, method, extrapolationValue } = call.attrs as unknown as {
    readonly cropSize: readonly [number, number];
    readonly method: 'bilinear' | 'nearest';
    readonly extrapolationValue: number;
  };
  const elements = places(call.outputs[0]!.shape);
  const along = (axis: 0 | 1): Operand => {
    const [crop, last] = [cropSize[axis], (axis === 0 ? height : width) - 1];
    const end = (which: 0 | 1): Operand => {
      const handles = elements.map(([box]) => box! * 4 + axis + 2 * which + 1);
      const weights = elements.map((place) => {
        const part = crop > 1 ? place[1 + axis]! / (crop - 1) : 0.5;
        return last * (which === 0 ? 1 - part : part);
      });
      return steps.mul(steps.pick(boxes, handles), steps.constants(weights));
    };
    // In the kernel's order of operations, because its rounding decides which pixels are nearest.
    const real = Float64Array.from(elements, (place) => {
      const [from, to] = [0, 2].map((which) => boxes.real[place[0]! * 4 + axis + which]!) as [number, number];
      if (crop === 1) return 0.5 * (from + to) * last;
      return from * last + place[1 + axis]! * (((to - from) * last) / (crop - 1));
    });
    return { ...steps.add(end(0), end(1)), real };
  };
  const [y, x] = [along(0), along(1)];
  const inside = (k: number): boolean =>
    y.real[k]! >= 0 && y.real[k]! <= height - 1 && x.real[k]! >= 0 && x.real[k]! <= width - 1;
  const samples = elements.map(
    ([box, , , channel], k): Sample => ({
      batch: boxInd.real[box!]!,
      y: y.real[k]!,
      x: x.real[k]!,
      channel: channel!,
      inside: inside(k) && boxInd.real[box!]! < batches,
    }),
  );
  const axis = (coordinate: Operand): Axis => ({
    coordinate,
    low: Int32Array.from(coordinate.real, Math.floor),
    high: Int32Array.from(coordinate.real, Math.ceil),
  });
  const axes = method === 'bilinear' ? ([axis(y), axis(x)] as const) : null;
  return held(call, sampled(call, steps, samples, axes, extrapolationValue), 'boxes', axes);
};

/** Maps a coordinate outside of an axis back into it. */
const FILL_MODES: Readonly<Record<string, (x: number, length: number) => number>> = {
  constant: (x) => x,
  nearest: (x, length) => Math.min(Math.max(x, 0), length - 1),
  wrap(x, length) {
    if (x >= 0 && x <= length - 1) return x;
    // Infinite where there is only one pixel.
    const back =
      x < 0 ? x + length * (Math.trunc(-x / (length - 1)) + 1) : x - length * Math.trunc(x / (length - 1));
    return Math.min(Math.max(back, 0), length - 1);
  },
  reflect(x, length) {
    const twice = 2 * length;
    let back = x;
    if (x < 0) {
      back += twice * Math.trunc(-back / twice);
      back = back < -length ? back + twice : -back - 1;
    } else {
      back -= twice * Math.trunc(back / twice);
      if (back >= length) back = twice - back - 1;
    }
    return Math.min(Math.max(back, 0), length - 1);
  },
};

/** Images under projections of eight numbers each. */
const transform: Rule = (call) => {
  const steps = new Steps(call.world);
  const [image, projections] = [call.operand('image'), call.operand('transforms')];
  const [, height, width] = image.shape as ImageShape;
  const { interpolation, fillMode, fillValue } = call.attrs as unknown as Record<string, string> & {
    readonly fillValue: number;
  };
  const elements = places(call.outputs[0]!.shape);
  const several = projections.shape[0]! > 1;
  const number = (which: number): Operand =>
    steps.pick(
      projections,
      elements.map(([batch]) => (several ? batch! * 8 : 0) + which + 1),
    );
  const [rows, columns] = [1, 2].map((at) => steps.constants(elements.map((place) => place[at]!))) as [
    Operand,
    Operand,
  ];
  /** number x + other y */
  const combined = (first: number): Operand =>
    steps.add(steps.mul(number(first), columns), steps.mul(number(first + 1), rows));
  const divisor = steps.add(combined(6), steps.constant(1));
  if (Array.from(divisor.real).includes(0)) throw new CannotProve('Transform: no rule at infinity');
  const inverse = steps.power(divisor, -1);
  const map = FILL_MODES[fillMode!]!;
  const axis = (first: number, length: number): Axis => {
    const raw = steps.mul(steps.add(combined(first), number(first + 2)), inverse);
    // Fill modes mirror a coordinate, shift it by an integer, or hold it at the end.
    const slope = Array.from(raw.real, (x) => Math.round((map(x + STEP, length) - map(x, length)) / STEP));
    const offset = Array.from(raw.real, (x, k) => map(x, length) - slope[k]! * x);
    const whole = offset.map(Math.round);
    if (offset.some((each, k) => Math.abs(each - whole[k]!) > STEP))
      throw new CannotProve(`Transform: no rule where ${fillMode} turns`);
    const coordinate = steps.add(steps.mul(raw, steps.constants(slope)), steps.constants(whole));
    const low = Int32Array.from(coordinate.real, Math.floor);
    return { coordinate, low, high: low.map((each) => each + 1) };
  };
  const axes = [axis(3, height), axis(0, width)] as const;
  const samples = elements.map(
    ([batch, , , channel], k): Sample => ({
      batch: batch!,
      y: axes[0].coordinate.real[k]!,
      x: axes[1].coordinate.real[k]!,
      channel: channel!,
      inside: true,
    }),
  );
  const chosen = interpolation === 'bilinear' ? axes : null;
  return held(call, sampled(call, steps, samples, chosen, fillValue), 'transforms', chosen);
};
const STEP = 1e-6;

/** Rotation with nearest-neighbour sampling. */
const rotate: Rule = (call) => {
  const { fillValue } = call.attrs;
  if (typeof fillValue !== 'number')
    throw new CannotProve(`${call.kernel}: no rule for a fill of several channels`);
  const { entry } = call.operand('image');
  const handles = Float64Array.from({ length: entry.size }, (_, k) => k + 1);
  const [moved] = call.run({ image: handles }, { ...call.attrs, fillValue: 0 });
  return gather(call.world, [entry], moved!, call.world.constant([fillValue]));
};

/** Kernels that resample an image at other places. */
export const resamplers: Readonly<Record<string, Rule>> = {
  CropAndResize: cropAndResize,
  RotateWithOffset: rotate,
  Transform: transform,
};
