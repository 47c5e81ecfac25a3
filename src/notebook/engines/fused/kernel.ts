import { IMAGE_PIXELS, IMAGE_SIDE, type Samples } from '../../data/images.ts';
import { outputSide, type Parameters } from '../../model/parameters.ts';
import type { TrainingState } from '../engine.ts';
import { binary } from './binary.js';
import { type Bound, boundOf } from './bound.ts';
import * as layout from './layout.ts';
import { lanesOfTaps } from './taps.ts';

/** The functions of ./assembly. */
interface Exports {
  readonly memory: WebAssembly.Memory;
  prepare(): void;
  begin(): void;
  advance(first: number, count: number, logits: number): void;
  evaluate(): void;
  ownBytes(): number;
}

const PAGE_BYTES = 65536;
/** Contains only code, shared by all instances. */
let compiled: WebAssembly.Module | undefined;

/** Uses a loop: iterators take a millisecond before they are compiled, a third of the first call. */
function decoded(): Uint8Array<ArrayBuffer> {
  const characters = atob(binary);
  const bytes = new Uint8Array(characters.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = characters.charCodeAt(i);
  return bytes;
}

const withoutSimd = (cause: unknown): Error =>
  new Error('engine fused: expected WebAssembly with SIMD, got a runtime without', { cause });

/**
 * Compiles the kernel off the main thread. Only needed in browsers that refuse to compile more than 4 kB on it.
 *
 * @throws Error if WebAssembly has no SIMD
 */
export async function compileFused(): Promise<void> {
  try {
    compiled ??= await WebAssembly.compile(decoded());
  } catch (error) {
    throw withoutSimd(error);
  }
}

function compile(): WebAssembly.Module {
  try {
    compiled ??= new WebAssembly.Module(decoded());
  } catch (error) {
    throw withoutSimd(error);
  }
  return compiled;
}

/** The initial parameters and settings of a run. */
export interface FusedRun {
  readonly parameters: Parameters;
  readonly learningRate: number;
  /** Evaluates every output at every step, without skipping closed ones; the result is the same. */
  readonly dense?: boolean;
}

/** The work done in a run. Outputs are counted in fours, for comparison with a `dense` run. */
export interface FusedWork {
  readonly listsMade: number;
  readonly outputsEvaluated: number;
  readonly outputsGoneBack: number;
}

/**
 * The network's training as one WebAssembly instance, which works in Node and in browsers. Images are loaded once;
 * `begin` starts a run on them, any number of times, and `advance` takes its steps.
 */
export class FusedKernel {
  readonly #wasm: Exports;
  readonly #samples: number;
  readonly #side: number;
  readonly #lanes: Int32Array;
  readonly #logits: number;
  readonly #pixelsInRange: boolean;

  /**
   * @param kernelSize odd, 1..15
   * @param bound the constants that decide what is skipped; only a test passes others
   * @throws Error if WebAssembly has no SIMD
   */
  constructor(samples: Samples, kernelSize: number, bound?: Bound) {
    this.#wasm = new WebAssembly.Instance(compile(), {}).exports as unknown as Exports;
    this.#samples = samples.count;
    this.#side = kernelSize;
    this.#lanes = lanesOfTaps(kernelSize);
    const width = outputSide(kernelSize);
    const fours = width * Math.ceil(width / 4);
    const vectors = Math.ceil(kernelSize ** 2 / 4);
    const recordBytes = roundUp(layout.REFERENCE + 16 * vectors + (4 + 4 + 16) * fours, 64);
    this.#logits = layout.IMAGES + samples.count * recordBytes;
    this.#reserve(this.#logits);

    const { buffer } = this.#wasm.memory;
    const integers = new Int32Array(buffer);
    integers[layout.SIDE / 4] = kernelSize;
    integers[layout.VECTOR_COUNT / 4] = vectors;
    integers[layout.FOURS / 4] = fours;
    integers[layout.RECORD_BYTES / 4] = recordBytes;
    integers[layout.SAMPLES / 4] = samples.count;
    const { stretch, slack } = bound ?? boundOf(kernelSize);
    const doubles = new DataView(buffer);
    doubles.setFloat64(layout.STRETCH, stretch, true);
    doubles.setFloat64(layout.SLACK, slack, true);
    const floats = new Float32Array(buffer);
    for (let sample = 0; sample < samples.count; sample++) {
      const record = (layout.IMAGES + sample * recordBytes) / 4;
      floats.set(samples.pixels.subarray(sample * IMAGE_PIXELS, (sample + 1) * IMAGE_PIXELS), record);
      floats[record + layout.LABEL / 4] = samples.labels[sample]!;
    }
    this.#wasm.prepare();
    this.#pixelsInRange = integers[layout.OUT_OF_RANGE / 4] === 0;
  }

  /** Starts a run; nothing of an earlier one is left. */
  begin({ parameters, learningRate, dense = false }: FusedRun): void {
    const { buffer } = this.#wasm.memory;
    const floats = new Float32Array(buffer);
    floats.fill(0, layout.KERNEL / 4, layout.PRODUCTS / 4);
    this.#lanes.forEach((lane, tap) => {
      floats[layout.KERNEL / 4 + lane] = parameters.kernel[tap]!;
    });
    this.#weights((at, output) => {
      floats[at] = parameters.weight[output]!;
    });
    floats[layout.BIAS / 4] = parameters.bias;
    floats[layout.LEARNING_RATE / 4] = learningRate;
    const integers = new Int32Array(buffer);
    integers[layout.DENSE / 4] = dense ? 1 : 0;
    integers[layout.OUT_OF_RANGE / 4] = this.#pixelsInRange && isInRange(parameters, learningRate) ? 0 : 1;
    integers.fill(0, layout.LISTS_MADE / 4, layout.GONE_BACK / 4 + 1);
    this.#wasm.begin();
  }

  /**
   * Takes `count` steps from sample `first` on, wrapping around after the last sample: a whole run of 80 epochs is
   * advance(0, 80 * samples). Returns each step's logit before its update.
   *
   * @throws RangeError if there is no sample `first`
   */
  advance(first: number, count: number): Float64Array {
    if (!(first >= 0 && first < this.#samples)) {
      throw new RangeError(`FusedKernel: expected a sample 0..${this.#samples - 1}, got ${first}`);
    }
    this.#reserve(this.#logits + 8 * count);
    this.#wasm.advance(first, count, this.#logits);
    return new Float64Array(this.#wasm.memory.buffer, this.#logits, count).slice();
  }

  /** The parameters after the last step taken, as copies. */
  parameters(): Parameters {
    const floats = new Float32Array(this.#wasm.memory.buffer);
    const weight = new Float64Array(outputSide(this.#side) ** 2);
    this.#weights((at, output) => {
      weight[output] = floats[at]!;
    });
    return {
      kernel: Float64Array.from(this.#lanes, (lane) => floats[layout.KERNEL / 4 + lane]!),
      weight,
      bias: floats[layout.BIAS / 4]!,
    };
  }

  /** The state of the network on its images with the current parameters: a forward pass each. */
  evaluate(): TrainingState {
    this.#wasm.evaluate();
    const [open = 0, tn = 0, fp = 0, fn = 0, tp = 0] = new Int32Array(
      this.#wasm.memory.buffer,
      layout.OPEN_IN_ALL,
      5,
    );
    const all = this.#samples * outputSide(this.#side) ** 2;
    return {
      activeFraction: all === 0 ? null : open / all,
      confusion: [
        [tn, fp],
        [fn, tp],
      ],
    };
  }

  /** The work since the run began. */
  work(): FusedWork {
    const [listsMade, foursEvaluated, foursGoneBack] = new Uint32Array(
      this.#wasm.memory.buffer,
      layout.LISTS_MADE,
      3,
    ) as unknown as [number, number, number];
    return { listsMade, outputsEvaluated: 4 * foursEvaluated, outputsGoneBack: 4 * foursGoneBack };
  }

  /** Calls `each` with every output's index and the position of its weight, counted in float32. */
  #weights(each: (at: number, output: number) => void): void {
    const width = outputSide(this.#side);
    for (let i = 0; i < width; i++) {
      for (let j = 0; j < width; j++) each(layout.WEIGHT / 4 + j * IMAGE_SIDE + i, i * width + j);
    }
  }

  #reserve(bytes: number): void {
    const missing = bytes - this.#wasm.memory.buffer.byteLength;
    if (missing > 0) this.#wasm.memory.grow(Math.ceil(missing / PAGE_BYTES));
  }
}

const roundUp = (x: number, unit: number): number => Math.ceil(x / unit) * unit;

/** Whether no weight can overflow before the kernel has left the range in which anything is skipped. */
const isInRange = ({ weight, bias }: Parameters, learningRate: number): boolean =>
  learningRate <= 2 ** 20 && weight.every((w) => Math.abs(w) <= 2 ** 60) && Math.abs(bias) <= 2 ** 60;
