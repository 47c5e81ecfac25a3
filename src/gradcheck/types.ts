import type { Tensor, TypedArray, Variable } from '@tensorflow/tfjs';
import type { Precision } from '../numerics/ieee.ts';
import type { TF } from '../tfjs/types.ts';

export type { Tensor, TF, Variable };

/** Numbers, nested to any depth; all rows at one level have the same length. */
export type NestedNumbers = number | readonly NestedNumbers[];

/** A flat array with its shape. */
export interface ShapedValues {
  readonly values: ArrayLike<number>;
  readonly shape: readonly number[];
  /** float32 (the default) is differentiated, in double precision; int32 and bool are only passed to forward. */
  readonly dtype?: 'float32' | 'int32' | 'bool';
  /** true: only passed to forward, like int32; backward need not return its gradient. */
  readonly constant?: boolean;
}

/** An input: nested numbers, a typed array (rank 1), a flat array with its shape, or a tensor. */
export type TensorLike = NestedNumbers | TypedArray | Float64Array | ShapedValues | Tensor;

/** A layer or a LayersModel; its trainable weights are checked. */
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

/** The keys under which backward returns the gradients of variables; known if `variables` is a record. */
type TrainedNames<Given> = [GivenVariables] extends [Given]
  ? never
  : Given extends Variable | WithWeights | readonly unknown[] | (() => unknown)
    ? string
    : { [Key in keyof Given & string]: Given[Key] extends Variable ? Key : `${Key}/${string}` }[keyof Given &
        string];

/**
 * A function and, optionally, its hand-written backward pass.
 *
 * `Name` is the union of the input names, `Out` the return type of forward, `Given` the type of `variables`.
 * gradcheck() infers all three; in an annotation, `GradcheckSpec<'x' | 'w'>` is a function of two inputs with one
 * output.
 */
export interface GradcheckSpec<
  Name extends string = string,
  Out extends Outputs = Tensor,
  Given extends GivenVariables | undefined = GivenVariables,
> {
  /** The name of the function in messages. */
  readonly name?: string;
  /**
   * The point at which gradients are checked. Every float input needs a gradient; int32, bool and constant inputs need
   * none. A spec has at least one non-constant float input or one variable.
   */
  readonly inputs?: Readonly<Record<Name, TensorLike>> | undefined;
  /**
   * The trained variables. Each is checked like an input, at its current value. It goes by its key in a record,
   * otherwise by its own name (`variables[0]` if it has none), made unique; several under one key are `key/name`. For
   * layers and models, the trainable weights are checked. A function is called after forward has run once, so that
   * layers built at their first call have their weights. Variables belong to the TensorFlow.js that runs the check, so
   * they cannot be used with precision float32. Their values are restored after every run.
   */
  readonly variables?: Given | undefined;
  /** The function, synchronous. Call ops on the tf that is passed in. */
  forward(tf: TF, inputs: Record<Name, Tensor>): Out;
  /**
   * Takes dy (same structure and shapes as the output of forward) and returns one gradient per non-constant float input
   * and per variable; synchronous. A missing gradient is not a type error, because int32, bool and constant inputs need
   * none and look the same to the compiler; the check fails at the stage `names` instead. Without backward, the
   * autodiff gradient of forward is checked.
   */
  backward?(
    tf: TF,
    inputs: Record<Name, Tensor>,
    dy: NoInfer<Out>,
  ): Partial<Record<NoInfer<Name> | TrainedNames<Given>, Tensor>>;
  /**
   * The function whose gradient is intended, if that is not forward: for straight-through estimators, gradient
   * reversal, stop-gradient, clipping. Finite differences are taken of this function, and backward and the autodiff of
   * forward are compared with them. Same structure and shapes as forward; the values may differ.
   */
  gradientOf?(tf: TF, inputs: Record<Name, Tensor>): Outputs;
}

export type Mode = 'full' | 'sampled' | 'directional';
export type KinkPolicy = 'freeze' | 'skip' | 'subgradient' | 'error';
export type Status = 'pass' | 'fail' | 'inconclusive' | 'unsupported';

/** Where a gradient comes from: the hand-written backward, autodiff of forward, or finite differences. */
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
   * full: every element (default). sampled: some elements of every input, and all elements of small inputs.
   * directional: random directions; this is only a screening test: a failure is bisected to the element, but a mistake
   * can slip through.
   */
  readonly mode?: Mode;
  /** sampled: elements per input (default 64). */
  readonly samples?: number;
  /** directional: directions per input (default 4). */
  readonly directions?: number;
  /** Seed of dy, the samples and the directions (default 1). */
  readonly seed?: number;
  /**
   * How to treat elements for which a branch of relu, abs, max, clip, maxPool and the like flips within x ± h:
   * freeze (default) keeps every branch as it is at x, so that the differences see one smooth piece; at an exact kink,
   * that is the piece whose derivative TensorFlow.js takes (relu'(0) = 0). skip leaves the element out. subgradient
   * accepts every value between the derivatives of the pieces. error ends the check as inconclusive.
   */
  readonly kinks?: KinkPolicy;
  /**
   * on (default): the exact check runs first, and its verdict is combined with that of the differences. only: only the
   * exact check runs; for large inputs. off: it does not run.
   */
  readonly exact?: 'on' | 'off' | 'only';
  /**
   * The number of random points near the inputs to try as well if the exact check proves the gradient only for the
   * branches taken at the inputs; the branches seen on both sides are counted (default 0).
   */
  readonly points?: number;
  /** 2 checks the gradient of the gradient as well (default 1). */
  readonly order?: 1 | 2;
  /** float32 compares the gradients that `tf` computes in single precision with those in double precision. */
  readonly precision?: Precision;
  /** Relative tolerance; the default depends on the precision. */
  readonly rtol?: number;
  /** Absolute tolerance; the default is a fraction of the largest gradient element of the input. */
  readonly atol?: number;
  /** With precision float32, the TensorFlow.js to check; otherwise the one to use in place of backproof/float64. */
  readonly tf?: TF;
  /** precision float32: the double-precision TensorFlow.js to compare with (default backproof/float64). */
  readonly float64?: TF;
  /** The command that runs this check again, printed as the last line of messages. */
  readonly reproduce?: string;
  /** Called from time to time with the number of elements checked so far. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** The distance allowed for an element: the sum of these terms. */
export interface Tolerance {
  readonly rtol: number;
  /** Error estimate of the finite differences (truncation and noise), from the extrapolation. */
  readonly difference: number;
  /** Bound on the rounding error of the function values, divided by the step. */
  readonly rounding: number;
  /** rtol times the magnitude of numeric. */
  readonly relative: number;
  /** atol. */
  readonly absolute: number;
  readonly total: number;
}

/** pass, wrong, undecided (the differences cannot tell), or skipped (by the kink policy). */
export type ElementStatus = 'pass' | 'wrong' | 'undecided' | 'skipped';

export interface ElementResult {
  /** Multi-index; empty for a scalar. */
  readonly index: readonly number[];
  readonly status: ElementStatus;
  readonly yours: number | null;
  readonly autodiff: number | null;
  /** The finite differences; with precision float32, the gradient in double precision. */
  readonly numeric: number | null;
  /** The step h of the finite differences. */
  readonly step: number | null;
  /** The largest distance of a checked side from numeric, and the distance allowed. */
  readonly distance: number;
  readonly tolerance: Tolerance;
  readonly oddOneOut: Side | null;
  /** Branches that flip within x ± h. */
  readonly flips: number;
  /** Whether x is exactly where two pieces meet and a side differs from the gradient that TensorFlow.js takes there. */
  readonly atTie: boolean;
  /** kinks: 'subgradient': the derivatives of the pieces that meet here. */
  readonly subgradient: readonly [number, number] | null;
  /** precision float32: the distance in units in the last place of the larger value. */
  readonly ulps: number | null;
  /** Order of |D(h) - D(h/2)| in h: 2 if the differences converge as they should; null if they are equal. */
  readonly slope: number | null;
  readonly note: string | null;
}

export interface InputResult {
  readonly shape: readonly number[];
  readonly size: number;
  readonly status: 'pass' | 'fail' | 'inconclusive' | 'not checked';
  /** Elements compared with differences one by one, and directions tried in directional mode. */
  readonly checked: number;
  readonly directions: number;
  /** The largest distance of a checked side from numeric over all elements checked one by one. */
  readonly maxDistance: number;
  readonly wrong: number;
  readonly undecided: number;
  readonly skipped: number;
  /** The element furthest beyond its tolerance; if all are within, the nearest to it. */
  readonly worst: ElementResult | null;
  /** The wrong elements, worst first, at most ten. */
  readonly failures: readonly ElementResult[];
  readonly maxUlps: number | null;
}

export interface StageResult {
  readonly stage: Stage;
  readonly status: 'pass' | 'fail' | 'not run';
  /** The problem, in one line. */
  readonly detail: string | null;
  /** The side at fault, if the failure belongs to one side. */
  readonly side: Side | null;
}

/** Elements of the inputs exactly where pieces meet, such as equal numbers under max. */
export interface Ties {
  readonly elements: number;
  /** The number of all elements. */
  readonly of: number;
  /**
   * Whether the gradient that TensorFlow.js takes there is in the convex hull of the gradients of the pieces; null if
   * this was not examined.
   */
  readonly conventionIsSubgradient: boolean | null;
}

export interface KinkCounts {
  readonly ties: Ties;
  readonly policy: KinkPolicy;
  /** The number of elements with a branch flip within x ± h, and the total number of flips. */
  readonly elements: number;
  readonly flips: number;
  readonly skipped: number;
  /** Flips by kernel: Relu, MaxPool and so on. */
  readonly kernels: Readonly<Record<string, number>>;
}

/**
 * The exact check decides whether the gradient is right as an identity over finite fields: all elements at once, for
 * errors of any size. It is about the algebra, not about rounding.
 */
export interface ExactOutcome {
  /**
   * proved, refuted, not proved (the two sides differ, but a constant or a root may be the reason), cannot prove (a
   * kernel without a rule, or a value that JavaScript read out).
   */
  readonly verdict: 'proved' | 'refuted' | 'not proved' | 'cannot prove';
  /** Why the gradient is neither proved nor refuted; otherwise null. */
  readonly cause: string | null;
  /** The verdict on each side; `verdict` is the one on yours, if there is one. */
  readonly sides: Readonly<Partial<Record<Side, ExactOutcome['verdict']>>>;
  /** Bound on the probability that a wrong gradient is called proved; null if no bound is proven. */
  readonly bound: number | null;
  /** The number of independent draws. */
  readonly lanes: number;
  /** Degree of the identity in the inputs; null if there is none. */
  readonly degree: number | null;
  /** Scope of the verdict: a function without branches, all branch patterns, or only the pattern at the point. */
  readonly branches: 'none' | 'all' | 'point';
  /** If further points were tried: how many were tried and proved, and the branches seen at all of them. */
  readonly points: {
    readonly tried: number;
    readonly proved: number;
    /** Why the first point that is not proved is not; null if all are proved. */
    readonly cause: string | null;
    readonly seen: readonly BranchesSeen[];
  } | null;
  /** The wrong elements, with the values of both sides, and of dual numbers in double precision (numeric). */
  readonly elements: readonly {
    readonly input: string;
    readonly index: readonly number[];
    readonly yours: number | null;
    readonly autodiff: number | null;
    readonly numeric: number | null;
  }[];
}

/** The branches of one call of a kernel such as relu, maximum, where or clip. */
export interface BranchesSeen {
  readonly kernel: string;
  readonly branches: number;
  /** The number of branches that were seen on both sides over all points. */
  readonly bothSides: number;
}

/** A point near the inputs. */
export interface FurtherPoint {
  /** Counted from 1. */
  readonly number: number;
  /** The number of points that were to be tried. */
  readonly of: number;
  /** The flat values of the differentiated inputs and variables at this point. */
  readonly values: Readonly<Record<string, readonly number[]>>;
}

/** JavaScript code between the inputs and the results that computes in a Float32Array. */
export interface SinglePrecision {
  readonly where: 'forward' | 'backward';
  /** The number of outputs that carry only 24 bits, and the number of all outputs. */
  readonly outputs: number;
  readonly of: number;
}

/** How the output depends on the differentiated inputs and variables, found by running forward with changed values. */
export interface Dependence {
  /** Inputs and variables that the output does not depend on. */
  readonly unused: readonly string[];
  /** Those that change the output although no op leads from them to it, so that they have no autodiff gradient. */
  readonly withoutPath: readonly string[];
  /** Trainable variables that forward reads but that are not in `variables`: their gradients are not checked. */
  readonly unchecked: readonly string[];
  /** Variables that forward assigns, which cuts the gradient. */
  readonly assigned: readonly string[];
}

/** A gradient that TensorFlow.js cannot compute, or a forward that it cannot run, and why. */
export interface Unsupported {
  /** The kernel at fault; null if it is unknown, or if no kernel is. */
  readonly kernel: string | null;
  /** Whether the kernel or its gradient does not exist at all; null if it exists but throws. */
  readonly missing: 'kernel' | 'gradient' | null;
  /** In one line. */
  readonly reason: string;
}

/** An op whose own gradient is wrong. */
export interface Suspect {
  /** The kernel, such as MirrorPad; null for a customGrad of the code under check. */
  readonly kernel: string | null;
  /** The known fault of TensorFlow.js in this gradient. */
  readonly known: string | null;
}

export interface GradcheckResult {
  readonly name: string;
  readonly status: Status;
  /** The first stage that failed, or null. */
  readonly stage: Stage | null;
  readonly stages: readonly StageResult[];
  readonly oddOneOut: Side | null;
  /** The ops whose gradient is wrong, if tf autodiff is the odd one out and the ops can be found. */
  readonly suspects: readonly Suspect[];
  /** Why tf autodiff or forward cannot run; null if both can. A hand-written backward can pass without autodiff. */
  readonly unsupported: Unsupported | null;
  /** precision float32: the worst element of the output if the forward values are wrong; otherwise null. */
  readonly wrongOutput: ElementResult | null;
  /** null if forward did not complete. */
  readonly dependence: Dependence | null;
  readonly inputs: Readonly<Record<string, InputResult>>;
  /** A mistake that explains the wrong numbers; null if nothing explains every wrong element. */
  readonly looksLike: string | null;
  /** null if the exact check is off or did not run. */
  readonly exact: ExactOutcome | null;
  /** The further point at which the exact check refutes the gradient; the whole result is about it. Otherwise null. */
  readonly point: FurtherPoint | null;
  readonly kinks: KinkCounts;
  /** If set, tolerances are widened by what single precision explains; null if everything is in double precision. */
  readonly singlePrecision: SinglePrecision | null;
  readonly mode: Mode;
  readonly order: 1 | 2;
  readonly precision: Precision;
  /** precision float32: the backend under check; otherwise null. */
  readonly backend: string | null;
  readonly seed: number;
  /** Number of forward evaluations for the finite differences. */
  readonly evaluations: number;
  readonly milliseconds: number;
  /** Whether the message says more than the verdict and the proof: a note, a tie, a kernel without a rule. */
  readonly remarks: boolean;
  /** The verdict as text, several lines. */
  readonly message: string;
}
