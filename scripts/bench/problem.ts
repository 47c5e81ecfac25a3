import { readFile, writeFile } from 'node:fs/promises';
import { IMAGE_PIXELS, type Samples } from '../../src/notebook/data/images.ts';
import { loggedLossOf } from '../../src/notebook/engines/loggedLoss.ts';
import { outputSide, type Parameters } from '../../src/notebook/model/parameters.ts';

/** A contender's work: one run from each of the starts, in sequence or in parallel. */
export interface Job {
  readonly samples: Samples;
  readonly epochs: number;
  readonly learningRate: number;
  readonly kernelSize: number;
  readonly starts: readonly Parameters[];
}

/** All contenders start from the same single-precision numbers. */
const inSinglePrecision = ({ kernel, weight, bias }: Parameters): Parameters => ({
  kernel: Float64Array.from(kernel, Math.fround),
  weight: Float64Array.from(weight, Math.fround),
  bias: Math.fround(bias),
});

/** The job with its numbers rounded as if they had been written and read. */
export const asWritten = (job: Job): Job => ({
  ...job,
  learningRate: Math.fround(job.learningRate),
  starts: job.starts.map(inSinglePrecision),
});

/**
 * Writes a job for a contender: int32 samples, int32 epochs, float32 learning rate, float32 images [samples][16][16],
 * labels [samples], and for each run kernel [k][k], weight [17 - k][17 - k], bias. k is odd, and can be computed from
 * the size.
 */
export async function writeProblem(
  path: string,
  { samples, epochs, learningRate, starts }: Job,
): Promise<void> {
  const { pixels, labels, count } = samples;
  const floats = [
    [learningRate],
    pixels,
    labels,
    ...starts.flatMap(({ kernel, weight, bias }) => [kernel, weight, [bias]]),
  ].map((part) => Float32Array.from(part));
  const parts = [Int32Array.of(count, epochs), ...floats];
  await writeFile(path, Buffer.concat(parts.map(({ buffer }) => new Uint8Array(buffer))));
}

/**
 * Reads a job back.
 *
 * @throws Error if the size of the file fits no kernel
 */
export async function readProblem(path: string, kernelSize: number): Promise<Job> {
  const { buffer } = Uint8Array.from(await readFile(path));
  const [count = 0, epochs = 0] = new Int32Array(buffer, 0, 2);
  const floats = new Float32Array(buffer, 8);
  let at = 0;
  const take = (length: number): Float32Array => {
    at += length;
    return floats.slice(at - length, at);
  };
  const [learningRate = 0] = take(1);
  const pixels = take(count * IMAGE_PIXELS);
  const labels = Uint8Array.from(take(count));
  const starts: Parameters[] = [];
  while (at < floats.length) {
    const kernel = Float64Array.from(take(kernelSize ** 2));
    const weight = Float64Array.from(take(outputSide(kernelSize) ** 2));
    const [bias] = take(1);
    if (bias === undefined)
      throw new Error(`${path}: expected whole runs with a ${kernelSize}x${kernelSize} kernel`);
    starts.push({ kernel, weight, bias });
  }
  return { samples: { count, pixels, labels, indices: [] }, epochs, learningRate, kernelSize, starts };
}

/** The logged loss of a finished epoch, from each sample's logit before its update: the contender's answer. */
export const meanLoggedLoss = (logits: ArrayLike<number>, labels: ArrayLike<number>): number =>
  Array.from(labels, (label, sample) => loggedLossOf(logits[sample]!, label)).reduce(
    (sum, loss) => sum + loss,
    0,
  ) / labels.length;
