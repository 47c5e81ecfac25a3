import { IMAGE_PIXELS, IMAGE_SIDE, type Samples } from '../../data/images.ts';
import { type MistakeName, wrongOutput, wrongTap } from '../../model/mistakes.ts';
import { outputSide, type Parameters } from '../../model/parameters.ts';
import { binary } from './binary.ts';
import * as layout from './layout.ts';
import * as numbers from './numbers.ts';

/** The functions of ./assembly. */
interface Exports {
  readonly memory: WebAssembly.Memory;
  advance(first: number, count: number, logits: number, mistake: number): void;
}

const mistakeNumbers = {
  flippedLabel: numbers.FLIPPED_LABEL,
  labelMinusPrediction: numbers.LABEL_MINUS_PREDICTION,
  sigmoidTwice: numbers.SIGMOID_TWICE,
  loggedLoss: numbers.LOGGED_LOSS,
  missingMask: numbers.MISSING_MASK,
  maskOfGradient: numbers.MASK_OF_GRADIENT,
  invertedMask: numbers.INVERTED_MASK,
  openAtZero: numbers.OPEN_AT_ZERO,
  updatedWeight: numbers.UPDATED_WEIGHT,
  staleWeight: numbers.STALE_WEIGHT,
  shiftedWindow: numbers.SHIFTED_WINDOW,
  transposedKernel: numbers.TRANSPOSED_KERNEL,
  flippedKernel: numbers.FLIPPED_KERNEL,
  twice: numbers.TWICE,
  negated: numbers.NEGATED,
  averaged: numbers.AVERAGED,
  noBias: numbers.NO_BIAS,
  missingRow: numbers.MISSING_ROW,
  kernelElement: numbers.KERNEL_ELEMENT,
  weightElement: numbers.WEIGHT_ELEMENT,
} as const satisfies Record<MistakeName, number>;

const PAGE_BYTES = 65536;
/** Code alone, which all instances share. */
let compiled: WebAssembly.Module | undefined;

const decoded = (): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(binary), (character) => character.charCodeAt(0));

/** Compiles the kernel off the main thread, as `compileFused` does. */
export async function compilePlanted(): Promise<void> {
  compiled ??= await WebAssembly.compile(decoded());
}

/** Where a run starts, and what is wrong with its gradients. */
export interface PlantedRun {
  readonly parameters: Parameters;
  readonly learningRate: number;
  /** null: nothing. */
  readonly mistake: MistakeName | null;
}

/**
 * The network's training with a mistake planted into its backward pass, in WebAssembly, in float32: what each mistake
 * does to a run. Images are loaded once; `begin` starts a run on them, as often as wanted.
 */
export class PlantedKernel {
  readonly #wasm: Exports;
  readonly #samples: number;
  readonly #side: number;
  readonly #logits: number;
  #mistake: number = numbers.NONE;

  /** @param kernelSize odd, 1..15 */
  constructor(samples: Samples, kernelSize: number) {
    compiled ??= new WebAssembly.Module(decoded());
    this.#wasm = new WebAssembly.Instance(compiled, {}).exports as unknown as Exports;
    this.#samples = samples.count;
    this.#side = kernelSize;
    this.#logits = layout.IMAGES + samples.count * layout.RECORD_BYTES;
    this.#reserve(this.#logits);

    const { buffer } = this.#wasm.memory;
    const integers = new Int32Array(buffer);
    const width = outputSide(kernelSize);
    const output = wrongOutput(kernelSize);
    integers.fill(-1, layout.COLUMNS / 4, layout.COLUMNS / 4 + width);
    integers[layout.SIDE / 4] = kernelSize;
    integers[layout.SAMPLES / 4] = samples.count;
    integers[layout.WRONG_TAP / 4] = wrongTap(kernelSize);
    integers[layout.WRONG_OUTPUT / 4] = Math.floor(output / width) * IMAGE_SIDE + (output % width);
    const floats = new Float32Array(buffer);
    for (let sample = 0; sample < samples.count; sample++) {
      const record = (layout.IMAGES + sample * layout.RECORD_BYTES) / 4;
      floats.set(samples.pixels.subarray(sample * IMAGE_PIXELS, (sample + 1) * IMAGE_PIXELS), record);
      floats[record + layout.LABEL / 4] = samples.labels[sample]!;
    }
  }

  /** Starts a run; nothing of an earlier one is left. */
  begin({ parameters, learningRate, mistake }: PlantedRun): void {
    const floats = new Float32Array(this.#wasm.memory.buffer);
    floats.set(parameters.kernel, layout.KERNEL / 4);
    // A run that left the numbers has left NaN where there is no output.
    floats.fill(0, layout.WEIGHT / 4, layout.CONV_OUT / 4);
    this.#weights((at, output) => {
      floats[layout.WEIGHT / 4 + at] = parameters.weight[output]!;
      floats[layout.STALE / 4 + at] = parameters.weight[output]!;
    });
    floats[layout.BIAS / 4] = parameters.bias;
    floats[layout.LEARNING_RATE / 4] = learningRate;
    this.#mistake = mistake === null ? numbers.NONE : mistakeNumbers[mistake];
  }

  /**
   * Takes `count` steps, from sample `first` on and after the last sample from the first one on. Returns each step's
   * logit before its update.
   *
   * @throws RangeError where there is no sample `first`
   */
  advance(first: number, count: number): Float64Array {
    if (!(first >= 0 && first < this.#samples)) {
      throw new RangeError(`PlantedKernel: expected a sample 0..${this.#samples - 1}, got ${first}`);
    }
    this.#reserve(this.#logits + 8 * count);
    this.#wasm.advance(first, count, this.#logits, this.#mistake);
    return new Float64Array(this.#wasm.memory.buffer, this.#logits, count).slice();
  }

  /** The parameters after the last step taken, as copies. */
  parameters(): Parameters {
    const floats = new Float32Array(this.#wasm.memory.buffer);
    const weight = new Float64Array(outputSide(this.#side) ** 2);
    this.#weights((at, output) => {
      weight[output] = floats[layout.WEIGHT / 4 + at]!;
    });
    const kernel = layout.KERNEL / 4;
    return {
      kernel: Float64Array.from(floats.subarray(kernel, kernel + this.#side ** 2)),
      weight,
      bias: floats[layout.BIAS / 4]!,
    };
  }

  /** Calls back with the number of each output in the arrays of the memory. */
  #weights(each: (at: number, output: number) => void): void {
    const width = outputSide(this.#side);
    for (let i = 0; i < width; i++) {
      for (let j = 0; j < width; j++) each(i * IMAGE_SIDE + j, i * width + j);
    }
  }

  #reserve(bytes: number): void {
    const missing = bytes - this.#wasm.memory.buffer.byteLength;
    if (missing > 0) this.#wasm.memory.grow(Math.ceil(missing / PAGE_BYTES));
  }
}
