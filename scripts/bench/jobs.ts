import { join } from 'node:path';
import type { Images, Samples } from '../../src/notebook/data/images.ts';
import { select } from '../../src/notebook/data/select.ts';
import { initialParameters } from '../../src/notebook/model/parameters.ts';
import type { Config } from '../../src/results/shared.ts';
import { type Job, writeProblem } from './problem.ts';

/** The source of the digits, and the two that are used. */
export interface Digits extends Pick<Config, 'positive' | 'negative' | 'learningRate'> {
  readonly images: Images;
}

/** The sizes by which jobs differ. */
export interface JobSizes {
  readonly seeds: readonly number[];
  readonly epochs: number;
  readonly perClass: number;
  readonly kernelSize: number;
}

/** The notebook's sizes, which all contenders train on. */
export const NOTEBOOK: Omit<JobSizes, 'seeds'> = { perClass: 100, epochs: 80, kernelSize: 5 };
/** The number of steps of the notebook's training. */
export const WHOLE_TRAINING = NOTEBOOK.epochs * 2 * NOTEBOOK.perClass;

/** The jobs of a bench; each file is written only once. */
export class Jobs {
  readonly #digits: Digits;
  readonly #folder: string;
  readonly #selected = new Map<number, Samples>();
  readonly #files = new Map<string, Promise<string>>();

  /** @param folder the folder for the problems' files */
  constructor(digits: Digits, folder: string) {
    this.#digits = digits;
    this.#folder = folder;
  }

  /** @throws Failure (usage) if the data has fewer images of a digit */
  samples(perClass: number): Samples {
    const found = this.#selected.get(perClass) ?? select(this.#digits.images, { ...this.#digits, perClass });
    this.#selected.set(perClass, found);
    return found;
  }

  job({ seeds, epochs, perClass, kernelSize }: JobSizes): Job {
    return {
      samples: this.samples(perClass),
      epochs,
      learningRate: this.#digits.learningRate,
      kernelSize,
      starts: seeds.map((seed) => initialParameters(seed, kernelSize)),
    };
  }

  /** The path of a job's file, which is written on first use. */
  file(sizes: JobSizes): Promise<string> {
    const key = JSON.stringify(sizes);
    const known = this.#files.get(key);
    if (known !== undefined) return known;
    const path = join(this.#folder, `problem-${this.#files.size}`);
    const written = writeProblem(path, this.job(sizes)).then(() => path);
    this.#files.set(key, written);
    return written;
  }

  /** The number of images of the rarer of the two digits. */
  imagesPerClass(): number {
    const { images, positive, negative } = this.#digits;
    const countOf = (digit: number): number =>
      images.digits.reduce((sum, each) => sum + Number(each === digit), 0);
    return Math.min(countOf(positive), countOf(negative));
  }
}
