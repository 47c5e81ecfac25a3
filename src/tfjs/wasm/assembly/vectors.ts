/** out [rows, columns]: every a[r] times every b[c], plus 0, so that no product is -0, as in a sum of products. */
export function outerProduct(a: usize, rows: i32, b: usize, columns: i32, out: usize): void {
  const row = (<usize>columns) << 2;
  if (columns === 1) {
    scaled(a, (<usize>rows) << 2, load<f32>(b), out);
    return;
  }
  for (let r = 0; r < rows; r++) scaled(b, row, load<f32>(a + ((<usize>r) << 2)), out + row * r);
}

function scaled(x: usize, bytes: usize, factor: f32, out: usize): void {
  const factors = f32x4.splat(factor);
  const zero = f32x4.splat(0);
  const fours = bytes & ~15;
  let k: usize = 0;
  for (; k < fours; k += 16) v128.store(out + k, f32x4.add(zero, f32x4.mul(v128.load(x + k), factors)));
  for (; k < bytes; k += 4) store<f32>(out + k, <f32>0 + load<f32>(x + k) * factor);
}

/** out [1]: the sum of a[i] b[i], added in order into a single sum. */
export function dotProduct(a: usize, b: usize, size: i32, out: usize): void {
  const end = (<usize>size) << 2;
  let sum: f32 = 0;
  for (let k: usize = 0; k < end; k += 4) sum += load<f32>(a + k) * load<f32>(b + k);
  store<f32>(out, sum);
}
