// The standard CNN for MNIST on seeded numbers: the cost of a batch does not depend on its images.
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { sizeOf } from '../../../src/numerics/shape.ts';

export const CNN = { batch: 64, side: 28, classes: 10, batches: 20, rate: 1e-3, epsilon: 1e-7 } as const;

/**
 * The weights in the shapes of TensorFlow.js: kernels [height, width, in, out], dense [in, out], and a bias after each.
 */
export const WEIGHTS = [[5, 5, 1, 8], [8], [5, 5, 8, 16], [16], [256, 10], [10]] as const;

/**
 * Writes float32 numbers to a new file: images [batches][64][28][28], labels [batches][64], then the weights in order.
 *
 * @returns the folder, which the caller removes, and the file
 */
export async function writeProblem(): Promise<{ folder: string; file: string }> {
  const generator = xoroshiro128plus(1);
  const uniform = (): number => generator.next() / 2 ** 31;
  const images = Array.from({ length: CNN.batches * CNN.batch * CNN.side ** 2 }, () => Math.abs(uniform()));
  const labels = Array.from({ length: CNN.batches * CNN.batch }, () =>
    Math.floor(Math.abs(uniform() % 1) * CNN.classes),
  );
  const weights = WEIGHTS.flatMap((shape) => {
    const fanIn = sizeOf(shape.slice(0, -1));
    const limit = shape.length === 1 ? 0 : Math.sqrt(3 / fanIn);
    return Array.from({ length: sizeOf(shape) }, () => limit * uniform());
  });
  const folder = await mkdtemp(join(tmpdir(), 'backproof-mnist-'));
  const file = join(folder, 'problem.bin');
  await writeFile(file, Float32Array.from([...images, ...labels, ...weights]));
  return { folder, file };
}
