import type * as tfjs from '@tensorflow/tfjs';
import type { Tensor, TypedArray } from '@tensorflow/tfjs';
import type { Precision } from './numeric/precision.ts';

/** The TensorFlow.js that a spec is handed: every op of tfjs, in double precision unless said otherwise. */
export type TF = Omit<typeof tfjs, 'default'>;
export type { Tensor };

/** Numbers, nested to any depth; every row of a level has the same length. */
export type NestedNumbers = number | readonly NestedNumbers[];

/** A flat array with its shape. */
export interface ShapedValues {
  readonly values: ArrayLike<number>;
  readonly shape: readonly number[];
  /** float32 (the default) is differentiated, in double precision; int32 and bool are only passed on. */
  readonly dtype?: 'float32' | 'int32' | 'bool';
}

/** What an input may be: nested numbers, a typed array (rank 1), a flat array with its shape, or a tensor. */
export type TensorLike = NestedNumbers | TypedArray | Float64Array | ShapedValues | Tensor;

/** A function and, if there is one, its hand-written backward pass. */
export interface GradcheckSpec<Name extends string = string> {
  /** How messages call the function. */
  readonly name?: string;
  /** The point where gradients are checked. Every float input needs a gradient; int32 and bool inputs need none. */
  readonly inputs: Readonly<Record<Name, TensorLike>>;
  /** The function; its output may have any shape. Write ops with the tf that is handed in. */
  forward(tf: TF, inputs: Record<Name, Tensor>): Tensor;
  /** dy (the output's shape) to one gradient per float input. Without it, autodiff of forward is checked. */
  backward?(tf: TF, inputs: Record<Name, Tensor>, dy: Tensor): Partial<Record<Name, Tensor>>;
}

export type Mode = 'full' | 'sampled' | 'directional';
export type KinkPolicy = 'freeze' | 'skip' | 'subgradient' | 'error';
export type Status = 'pass' | 'fail' | 'inconclusive' | 'unsupported';

/** A gradient by its origin: the hand-written backward, autodiff of the forward, finite differences. */
export type Side = 'yours' | 'tf autodiff' | 'numeric';

/** The stages of a check, in order. */
export const STAGES = [
  'forward',
  'repeatable',
  'names',
  'shapes',
  'finite',
  'numbers',
  'dy contract',
  'inputs unchanged',
  'no leak',
] as const;
export type Stage = (typeof STAGES)[number];

export interface GradcheckOptions {
  /**
   * full: every element (default). sampled: some elements of every input, small inputs whole. directional: random
   * directions, a screen only: a failure is bisected to the element, a mistake can slip through.
   */
  readonly mode?: Mode;
  /** sampled: elements per input (default 64). */
  readonly samples?: number;
  /** directional: directions per input (default 4). */
  readonly directions?: number;
  /** Makes dy, samples and directions (default 1). */
  readonly seed?: number;
  /**
   * Where a branch of relu, abs, max, clip, maxPool and the like flips within the step x ± h:
   * freeze (default) holds every branch as it is at x, so that the differences see one smooth piece; at an exact kink
   * that is the piece whose derivative TensorFlow.js takes (relu'(0) = 0). skip leaves the element out. subgradient
   * accepts every value between the derivatives of the pieces. error ends the check, inconclusive.
   */
  readonly kinks?: KinkPolicy;
  /** 2 checks the gradient of the gradient as well (default 1). */
  readonly order?: 1 | 2;
  /** float32 holds the gradients that `tf` computes in single precision against double precision. */
  readonly precision?: Precision;
  /** Relative tolerance; the default follows from the precision. */
  readonly rtol?: number;
  /** Absolute tolerance; the default is a fraction of the largest gradient element of the input. */
  readonly atol?: number;
  /** The TensorFlow.js under check: with precision float32, yours; otherwise in place of backproof/float64. */
  readonly tf?: TF;
  /** precision float32: the double-precision TensorFlow.js to hold against (default backproof/float64). */
  readonly float64?: TF;
  /** The last line of messages: how to run this check again. */
  readonly reproduce?: string;
  /** Called now and then with the elements checked so far. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** What an element may be off by: the sum of these terms. */
export interface Tolerance {
  readonly rtol: number;
  /** Error estimate of the finite differences: truncation and noise, from the extrapolation. */
  readonly difference: number;
  /** Bound of the rounding of the function values, divided by the step. */
  readonly rounding: number;
  /** rtol times the magnitude of numeric. */
  readonly relative: number;
  /** atol. */
  readonly absolute: number;
  readonly total: number;
}

/** pass, wrong, undecided (the differences cannot tell), or skipped (kink policy). */
export type ElementStatus = 'pass' | 'wrong' | 'undecided' | 'skipped';

export interface ElementResult {
  /** Multi-index; empty for a scalar. */
  readonly index: readonly number[];
  readonly status: ElementStatus;
  readonly yours: number | null;
  readonly autodiff: number | null;
  /** Finite differences; with precision float32, the gradient in double precision. */
  readonly numeric: number | null;
  /** The step h of the differences. */
  readonly step: number | null;
  /** The largest distance of a checked side from numeric, and what is allowed. */
  readonly distance: number;
  readonly tolerance: Tolerance;
  readonly oddOneOut: Side | null;
  /** Branches that flip within x ± h. */
  readonly flips: number;
  /** kinks: 'subgradient': the derivatives of the pieces that meet here. */
  readonly subgradient: readonly [number, number] | null;
  /** precision float32: the distance in units in the last place of the larger one. */
  readonly ulps: number | null;
  /** Order of |D(h) - D(h/2)| in h: 2 where the differences converge as they should; null where they are equal. */
  readonly slope: number | null;
  readonly note: string | null;
}

export interface InputResult {
  readonly shape: readonly number[];
  readonly size: number;
  readonly status: 'pass' | 'fail' | 'inconclusive' | 'not checked';
  /** Elements held against differences one by one, and directions of the directional screen. */
  readonly checked: number;
  readonly directions: number;
  /** The largest distance of a checked side from numeric, over all elements checked one by one. */
  readonly maxDistance: number;
  readonly wrong: number;
  readonly undecided: number;
  readonly skipped: number;
  /** The element furthest beyond its tolerance, or nearest to it. */
  readonly worst: ElementResult | null;
  /** The wrong elements, the worst ones first, at most ten. */
  readonly failures: readonly ElementResult[];
  readonly maxUlps: number | null;
}

export interface StageResult {
  readonly stage: Stage;
  readonly status: 'pass' | 'fail' | 'not run';
  /** What went wrong, in one line. */
  readonly detail: string | null;
  /** The side at fault, where the failure is one side's. */
  readonly side: Side | null;
}

/** Elements of the inputs that sit exactly where pieces meet, such as equal numbers under max. */
export interface Ties {
  readonly elements: number;
  /** All elements. */
  readonly of: number;
  /**
   * Whether the gradient that TensorFlow.js takes there is in the convex hull of those of the pieces; null where that
   * was not looked at.
   */
  readonly conventionIsSubgradient: boolean | null;
}

export interface KinkCounts {
  readonly ties: Ties;
  readonly policy: KinkPolicy;
  /** Elements with a branch flip within x ± h, and branch flips over all of them. */
  readonly elements: number;
  readonly flips: number;
  readonly skipped: number;
  /** Flips by kernel: Relu, MaxPool and so on. */
  readonly kernels: Readonly<Record<string, number>>;
}

/** JavaScript between the inputs and the results that computes in a Float32Array. */
export interface SinglePrecision {
  readonly where: 'forward' | 'backward';
  /** Outputs that carry 24 bits only, and all. */
  readonly outputs: number;
  readonly of: number;
}

export interface GradcheckResult {
  readonly name: string;
  readonly status: Status;
  /** The first stage that failed, or null. */
  readonly stage: Stage | null;
  readonly stages: readonly StageResult[];
  readonly oddOneOut: Side | null;
  readonly inputs: Readonly<Record<string, InputResult>>;
  /** What the mistake looks like; null where nothing explains every wrong element. */
  readonly looksLike: string | null;
  readonly kinks: KinkCounts;
  /** Tolerances are widened by what single precision explains; null where everything is in double precision. */
  readonly singlePrecision: SinglePrecision | null;
  readonly mode: Mode;
  readonly order: 1 | 2;
  readonly precision: Precision;
  /** precision float32: the backend under check; otherwise null. */
  readonly backend: string | null;
  readonly seed: number;
  /** Forward evaluations of the finite differences. */
  readonly evaluations: number;
  readonly milliseconds: number;
  /** The verdict for people, several lines. */
  readonly message: string;
}
