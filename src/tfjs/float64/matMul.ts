import { type BatchMatMulAttrs, backend_util, type TensorInfo, util } from '@tensorflow/tfjs';
import { areFloat, numbersOf, type OnPlainArrays } from './convolution.ts';

type Matrices = { a: TensorInfo; b: TensorInfo };

/**
 * Matrix products row by row, about five times as fast: the shipped kernel reads a whole column for every number. Every
 * sum adds its terms in that kernel's order, in its blocks, so the results are the same to the last bit. Only for
 * double precision; returns null for integers, and for shapes that do not match, which the shipped kernel reports.
 */
export const batchMatMul: OnPlainArrays<Matrices, BatchMatMulAttrs> = (
  { a, b },
  { transposeA, transposeB },
  cpu,
) => {
  if (!areFloat(a, b) || a.shape.length < 2 || b.shape.length < 2) return null;
  const [aRows, aColumns] = a.shape.slice(-2) as [number, number];
  const [bRows, bColumns] = b.shape.slice(-2) as [number, number];
  const [height, inner] = transposeA ? [aColumns, aRows] : [aRows, aColumns];
  const [width, innerB] = transposeB ? [bRows, bColumns] : [bColumns, bRows];
  if (inner !== innerB) return null;
  const batchesOf = ({ shape }: TensorInfo): number => util.sizeFromShape(shape.slice(0, -2));
  const [aBatches, bBatches] = [batchesOf(a), batchesOf(b)];
  const outer = backend_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  // Other batches are broadcast by the corrected kernel of src/tfjs/cpu.
  const batches = util.sizeFromShape(outer);
  if ([aBatches, bBatches].some((count) => count !== batches && count !== 1)) return null;
  const left = numbersOf(cpu, a);
  const right = numbersOf(cpu, b);
  const [aRow, aInner] = transposeA ? [1, height] : [inner, 1];
  const out = new Float32Array(batches * height * width) as unknown as Float64Array;
  const asTensor = () =>
    cpu.makeTensorInfo([...outer, height, width], 'float32', out as unknown as Float32Array);
  if (inner === 1) {
    outerProducts({ left, right, out, batches, height, width }, aBatches, bBatches);
    return asTensor();
  }
  const block = new Float64Array(transposeB ? cpu.blockSize * width : 0);
  const sums = new Float64Array(width);
  for (let batch = 0; batch < batches; batch++) {
    const aStart = (batch % aBatches) * height * inner;
    const bStart = (batch % bBatches) * inner * width;
    for (let from = 0; from < inner; from += cpu.blockSize) {
      const end = Math.min(from + cpu.blockSize, inner);
      const rows = transposeB
        ? turned(right, bStart, from, end, inner, width, block)
        : right.subarray(bStart + from * width, bStart + end * width);
      for (let i = 0; i < height; i++) {
        addRow(left, aStart + i * aRow + from * aInner, aInner, end - from, rows, sums);
        const to = (batch * height + i) * width;
        for (let j = 0; j < width; j++) out[to + j] = out[to + j]! + sums[j]!;
      }
    }
  }
  return asTensor();
};

interface Products {
  readonly left: Float64Array;
  readonly right: Float64Array;
  readonly out: Float64Array;
  readonly batches: number;
  readonly height: number;
  readonly width: number;
}

/** out[i,j] = left[i] right[j]; added to 0, as sums are, which makes a 0 of a -0. */
function outerProducts(
  { left, right, out, batches, height, width }: Products,
  aBatches: number,
  bBatches: number,
): void {
  let to = 0;
  for (let batch = 0; batch < batches; batch++) {
    const aStart = (batch % aBatches) * height;
    const bStart = (batch % bBatches) * width;
    for (let i = 0; i < height; i++) {
      const value = left[aStart + i]!;
      for (let j = 0; j < width; j++) out[to++] = 0 + value * right[bStart + j]!;
    }
  }
}

/** sums[j] = sum over k of left[start + k step] rows[k, j], four rows at a time. */
function addRow(
  left: Float64Array,
  start: number,
  step: number,
  count: number,
  rows: Float64Array,
  sums: Float64Array,
): void {
  const width = sums.length;
  if (width === 1) {
    let sum = 0;
    for (let k = 0; k < count; k++) sum += left[start + k * step]! * rows[k]!;
    sums[0] = sum;
    return;
  }
  sums.fill(0);
  let k = 0;
  for (; k + 3 < count; k += 4) {
    const at = start + k * step;
    const [a, b, c, d] = [left[at]!, left[at + step]!, left[at + 2 * step]!, left[at + 3 * step]!];
    let row = k * width;
    for (let j = 0; j < width; j++, row++) {
      let sum = sums[j]! + a * rows[row]!;
      sum += b * rows[row + width]!;
      sum += c * rows[row + 2 * width]!;
      sums[j] = sum + d * rows[row + 3 * width]!;
    }
  }
  for (; k < count; k++) {
    const a = left[start + k * step]!;
    const row = k * width;
    for (let j = 0; j < width; j++) sums[j] = sums[j]! + a * rows[row + j]!;
  }
}

/** Rows `from` to `end` of the transposed matrix. */
function turned(
  matrix: Float64Array,
  start: number,
  from: number,
  end: number,
  inner: number,
  width: number,
  block: Float64Array,
): Float64Array {
  for (let j = 0; j < width; j++)
    for (let k = from; k < end; k++) block[(k - from) * width + j] = matrix[start + j * inner + k]!;
  return block;
}
