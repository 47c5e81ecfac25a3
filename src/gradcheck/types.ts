import type { Tensor, TypedArray, Variable } from '@tensorflow/tfjs';
import type { Precision } from '../numerics/ieee.ts';
import type { TF } from '../tfjs/types.ts';

export type { Tensor, TF, Variable };

/** Numbers, nested to any depth; every row of a level has the same length. */
export type NestedNumbers = number | readonly NestedNumbers[];

/** A flat array with its shape. */
export interface ShapedValues {
  readonly values: ArrayLike<number>;
  readonly shape: readonly number[];
  /** float32 (the default) is differentiated, in double precision; int32 and bool are only passed on. */
  readonly dtype?: 'float32' | 'int32' | 'bool';
  /** true: only passed on as well. A backward may leave it out. */
  readonly constant?: boolean;
}

/** An input: nested numbers, a typed array (rank 1), a flat array with its shape, or a tensor. */
export type TensorLike = NestedNumbers | TypedArray | Float64Array | ShapedValues | Tensor;

/** A layer or a LayersModel: its trainable weights are meant. */
export interface WithWeights {
  readonly trainableWeights: readonly { read(): Tensor }[];
}
/** A tf.Variable, a layer, a LayersModel, or an array or record of them, to any depth. */
export type Variables =
  | Variable
  | WithWeights
  | readonly Variables[]
  | { readonly [name: string]: Variables };
/** Variables, or a function that returns them. */
export type GivenVariables = Variables | (() => Variables);

/** The result of forward: one float tensor of any shape, or an array or record of them. */
export type Outputs = Tensor | readonly Tensor[] | Readonly<Record<string, Tensor>>;

/** The names that a backward returns gradients of variables under: known where `variables` is a record. */
type TrainedNames<Given> = [GivenVariables] extends [Given]
  ? never
  : Given extends Variable | WithWeights | readonly unknown[] | (() => unknown)
    ? string
    : { [Key in keyof Given & string]: Given[Key] extends Variable ? Key : `${Key}/${string}` }[keyof Given &
        string];

/**
 * A function and, if there is one, its hand-written backward pass.
 *
 * `Name` are the names of the inputs, `Out` is what forward returns, `Given` the type of `variables`. gradcheck()
 * infers all three; in an annotation, `GradcheckSpec<'x' | 'w'>` is a function of two inputs with one output.
 */
export interface GradcheckSpec<
  Name extends string = string,
  Out extends Outputs = Tensor,
  Given extends GivenVariables | undefined = GivenVariables,
> {
  /** How messages call the function. */
  readonly name?: string;
  /**
   * The point where gradients are checked. Every float input needs a gradient; int32, bool and constant inputs need
   * none. A spec has at least one float input that is not constant, or one variable.
   */
  readonly inputs?: Readonly<Record<Name, TensorLike>> | undefined;
  /**
   * The trained variables. Each is checked like an input, at the values that it has: under its key in a record, else
   * under its own name (`variables[0]` where it has none), made unique; several under one key are `key/name`. Of
   * layers and models the trainable weights are taken. A function is called after forward has run once, so that layers built at their
   * first call have their weights. Variables belong to the TensorFlow.js that checks, so not with precision
   * float32. They hold their own values again after every run.
   */
  readonly variables?: Given | undefined;
  /** The function, synchronous. Write ops with the tf that is handed in. */
  forward(tf: TF, inputs: Record<Name, Tensor>): Out;
  /**
   * dy (of the structure and shapes that forward returns) to one gradient per float input that is not constant, and
   * per variable; synchronous. One that is missing is no type error, because int32, bool and constant inputs need none
   * and look the same to the compiler: the check fails, at the stage `names`. Without backward, autodiff of forward is
   * checked.
   */
  backward?(
    tf: TF,
    inputs: Record<Name, Tensor>,
    dy: NoInfer<Out>,
  ): Partial<Record<NoInfer<Name> | TrainedNames<Given>, Tensor>>;
  /**
   * The function whose gradient is meant, where that is not forward's: straight-through estimators, gradient
   * reversal, stop-gradient, clipping. Differences are taken of it, and autodiff of forward and backward are held
   * against them. Same structure and shapes as forward; the values may differ.
   */
  gradientOf?(tf: TF, inputs: Record<Name, Tensor>): Outputs;
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
  /**
   * on (default): the exact check runs first, and its verdict joins that of the differences. only: nothing but it, for large
   * inputs. off: without it.
   */
  readonly exact?: 'on' | 'off' | 'only';
  /**
   * Where the exact check proves the gradient on the branches of the inputs only: so many random points near them are
   * tried as well, and the branches that were seen on both sides are counted (default 0).
   */
  readonly points?: number;
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

/** The distance that an element is allowed: the sum of these terms. */
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
  /** Whether it sits exactly where pieces meet, and a side differs from the gradient that TensorFlow.js takes there. */
  readonly atTie: boolean;
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
  /** The problem, in one line. */
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

/**
 * The exact check: the gradient decided as an identity over finite fields, all elements at once, for errors of any size.
 * It is about the algebra, not about rounding.
 */
export interface ExactOutcome {
  /**
   * proved, refuted, not proved (the two sides differ, but a constant or a root may be why), cannot prove (a kernel
   * without a rule, a value that JavaScript read out).
   */
  readonly verdict: 'proved' | 'refuted' | 'not proved' | 'cannot prove';
  /** Why it is neither proved nor refuted; null otherwise. */
  readonly cause: string | null;
  /** The verdict on each side; the one above is that on yours where it is there. */
  readonly sides: Readonly<Partial<Record<Side, ExactOutcome['verdict']>>>;
  /** Bound of the chance that a wrong gradient is called proved; null where none is proven. */
  readonly bound: number | null;
  /** Independent draws. */
  readonly lanes: number;
  /** Degree of the identity in the inputs; null without one. */
  readonly degree: number | null;
  /** The reach of the verdict: functions without branches, all branch patterns at once, or the pattern of the point. */
  readonly branches: 'none' | 'all' | 'point';
  /** With further points, where branches decide: how many were tried and proved, and what was seen at all of them. */
  readonly points: {
    readonly tried: number;
    readonly proved: number;
    /** Why nothing is said of the first one that is not proved; null where all are. */
    readonly cause: string | null;
    readonly seen: readonly BranchesSeen[];
  } | null;
  /** Wrong elements, with the values of the sides and of dual numbers in double precision. */
  readonly elements: readonly {
    readonly input: string;
    readonly index: readonly number[];
    readonly yours: number | null;
    readonly autodiff: number | null;
    readonly numeric: number | null;
  }[];
}

/** The branches of one run of a kernel: a relu's, a maximum's, a where's, a clip's. */
export interface BranchesSeen {
  readonly kernel: string;
  readonly branches: number;
  /** How many of them took another side at some point. */
  readonly bothSides: number;
}

/** A point near the inputs. */
export interface FurtherPoint {
  /** From 1. */
  readonly number: number;
  /** How many were to be tried. */
  readonly of: number;
  /** The values there of inputs and variables that are differentiated, flat. */
  readonly values: Readonly<Record<string, readonly number[]>>;
}

/** JavaScript between the inputs and the results that computes in a Float32Array. */
export interface SinglePrecision {
  readonly where: 'forward' | 'backward';
  /** Outputs that carry 24 bits only, and all. */
  readonly outputs: number;
  readonly of: number;
}

/** How the output hangs on what is differentiated, found by running forward under changed values. */
export interface Dependence {
  /** Inputs and variables that the output does not depend on. */
  readonly unused: readonly string[];
  /** Those that change the output though no op of TensorFlow.js leads from them to it: there is no autodiff. */
  readonly withoutPath: readonly string[];
  /** Trainable variables that forward reads and that are not in `variables`: their gradients are not checked. */
  readonly unchecked: readonly string[];
  /** Variables that are assigned while forward runs, which cuts the gradient. */
  readonly assigned: readonly string[];
}

/** A gradient that TensorFlow.js cannot compute, or a forward that it cannot run. */
export interface Unsupported {
  /** The kernel that stands in the way; null where it is none, or unknown. */
  readonly kernel: string | null;
  /** Whether the kernel or its gradient does not exist at all; null where it exists and throws. */
  readonly missing: 'kernel' | 'gradient' | null;
  /** In one line. */
  readonly reason: string;
}

/** An op whose gradient is wrong by itself. */
export interface Suspect {
  /** The kernel, such as MirrorPad; null for a customGrad, which is somebody's own. */
  readonly kernel: string | null;
  /** The fault of TensorFlow.js that is known there. */
  readonly known: string | null;
}

export interface GradcheckResult {
  readonly name: string;
  readonly status: Status;
  /** The first stage that failed, or null. */
  readonly stage: Stage | null;
  readonly stages: readonly StageResult[];
  readonly oddOneOut: Side | null;
  /** The ops whose gradient is at fault, where TF AUTODIFF is the odd one out and they can be found. */
  readonly suspects: readonly Suspect[];
  /** Why there is no tf autodiff, or no forward; null where there is. Status pass is possible: of a backward. */
  readonly unsupported: Unsupported | null;
  /** precision float32: the element of the output that is furthest off, where the forward fails; otherwise null. */
  readonly wrongOutput: ElementResult | null;
  /** null where forward did not run to its end. */
  readonly dependence: Dependence | null;
  readonly inputs: Readonly<Record<string, InputResult>>;
  /** A mistake that explains the wrong numbers; null where nothing explains every wrong element. */
  readonly looksLike: string | null;
  /** null where the exact check is off, or did not come to run. */
  readonly exact: ExactOutcome | null;
  /** The further point that everything else is about, since the exact check refutes the gradient there; else null. */
  readonly point: FurtherPoint | null;
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
  /** Whether the message says more than the verdict and what was proved: a note, a tie, a kernel without a rule. */
  readonly remarks: boolean;
  /** The verdict for people, several lines. */
  readonly message: string;
}
