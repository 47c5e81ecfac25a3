import {
  COLUMNS,
  CONV_OUT,
  D_RELU,
  GRADIENT,
  KERNEL,
  LEARNING_RATE,
  SIDE,
  WEIGHT,
  WRONG_TAP,
} from '../layout';
import {
  AVERAGED,
  FLIPPED_KERNEL,
  KERNEL_ELEMENT,
  MISSING_ROW,
  SHIFTED_WINDOW,
  TRANSPOSED_KERNEL,
  TWICE,
} from '../numbers';

/** Writes CONV_OUT; returns flatOut . weight. Four outputs of a row at once, and of the next row: rows are even. */
export function forward(record: usize): f32 {
  const side = <usize>load<i32>(SIDE);
  const width: usize = 17 - side;
  const zero = f32x4.splat(0);
  let sum = zero;
  for (let i: usize = 0; i < width; i += 2) {
    for (let j: usize = 0; j < width << 2; j += 16) {
      let upper = zero;
      let lower = zero;
      let tap: usize = 0;
      for (let a: usize = 0; a < side; a++) {
        let pixels = record + ((i + a) << 6) + j;
        for (const last = pixels + (side << 2); pixels < last; pixels += 4) {
          const k = v128.load32_splat(tap, KERNEL);
          upper = f32x4.add(upper, f32x4.mul(v128.load(pixels), k));
          lower = f32x4.add(lower, f32x4.mul(v128.load(pixels, 64), k));
          tap += 4;
        }
      }
      const columns = v128.load(j, COLUMNS);
      upper = v128.and(upper, columns);
      lower = v128.and(lower, columns);
      const at = (i << 6) + j;
      v128.store(at, upper, CONV_OUT);
      v128.store(at, lower, CONV_OUT + 64);
      // pmax hands a NaN on, as Math.max does.
      sum = f32x4.add(sum, f32x4.mul(f32x4.pmax(upper, zero), v128.load(at, WEIGHT)));
      sum = f32x4.add(sum, f32x4.mul(f32x4.pmax(lower, zero), v128.load(at, WEIGHT + 64)));
    }
  }
  return across(sum);
}

/** dKernel[a,b] = sum over i,j of image[i+a, j+b] * dRelu[i,j], into GRADIENT: five taps of a row at once. */
export function kernelBackward(record: usize, mistake: i32): void {
  const side = <usize>load<i32>(SIDE);
  const width: usize = 17 - side;
  const image = mistake === SHIFTED_WINDOW ? record + 64 : record;
  for (let a: usize = 0; a < side; a++) {
    for (let b: usize = 0; b < side; b += 5) {
      const window = image + (a << 6) + (b << 2);
      let d0 = f32x4.splat(0);
      let d1 = d0;
      let d2 = d0;
      let d3 = d0;
      let d4 = d0;
      for (let i: usize = 0; i < width << 6; i += 64) {
        for (let at = i; at < i + (width << 2); at += 16) {
          const dRelu = v128.load(at, D_RELU);
          d0 = f32x4.add(d0, f32x4.mul(v128.load(window + at), dRelu));
          d1 = f32x4.add(d1, f32x4.mul(v128.load(window + at, 4), dRelu));
          d2 = f32x4.add(d2, f32x4.mul(v128.load(window + at, 8), dRelu));
          d3 = f32x4.add(d3, f32x4.mul(v128.load(window + at, 12), dRelu));
          d4 = f32x4.add(d4, f32x4.mul(v128.load(window + at, 16), dRelu));
        }
      }
      // What is beyond the row is overwritten by the next one.
      const tap = (a * side + b) << 2;
      store<f32>(tap, across(d0), GRADIENT);
      store<f32>(tap, across(d1), GRADIENT + 4);
      store<f32>(tap, across(d2), GRADIENT + 8);
      store<f32>(tap, across(d3), GRADIENT + 12);
      store<f32>(tap, across(d4), GRADIENT + 16);
    }
  }
}

/** One step of the kernel, from GRADIENT. */
export function updateKernel(mistake: i32): void {
  const side = load<i32>(SIDE);
  const taps = side * side;
  const outputs = (17 - side) * (17 - side);
  const rate = load<f32>(LEARNING_RATE);
  let factor: f32 = 1;
  if (mistake === TWICE) factor = 2;
  if (mistake === AVERAGED) factor = 1 / <f32>outputs;
  const computed = mistake === MISSING_ROW ? taps - side : taps;
  for (let tap = 0; tap < computed; tap++) {
    let from = tap;
    if (mistake === TRANSPOSED_KERNEL) from = (tap % side) * side + tap / side;
    if (mistake === FLIPPED_KERNEL) from = taps - 1 - tap;
    let dKernel = load<f32>((<usize>from) << 2, GRADIENT) * factor;
    if (mistake === KERNEL_ELEMENT && tap === load<i32>(WRONG_TAP)) dKernel *= 1.0005;
    const at = (<usize>tap) << 2;
    store<f32>(at, load<f32>(at, KERNEL) - rate * dKernel, KERNEL);
  }
}

/** The sum of the lanes. */
function across(v: v128): f32 {
  v = f32x4.add(v, v128.shuffle<i32>(v, v, 2, 3, 0, 1));
  return f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1);
}
