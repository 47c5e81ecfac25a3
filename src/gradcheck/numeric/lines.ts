import { errorText } from '../errors.ts';
import type { Input } from '../spec/readInput.ts';
import { largestOf, type Subject } from '../spec/subject.ts';
import type { KinkPolicy } from '../types.ts';
import {
  type BasePoint,
  derivative,
  type Estimate,
  type Expectation,
  type Line,
  type LinePoint,
} from './differences.ts';
import { type BranchTape, type Flips, isSameBranch } from './kernels/branches.ts';
import { DIFFERENCES, scaleOf, TIES } from './precision.ts';

type Expected = Omit<Expectation, 'steps'>;

/** How far to move an element to find the outputs that depend on it, in multiples of its scale. */
const REACH = [1, 2 ** 4, 2 ** 8, 2 ** 16, 2 ** 32, 2 ** 64];

/** The most outputs of evaluated points that are kept, over all points of a line. */
const KEPT = 2 ** 20;

/** Takes the finite differences of a subject around its base point, and counts the evaluations. */
export class Differencer {
  readonly #subject: Subject;
  readonly #base: BasePoint;
  readonly #tape: BranchTape;
  readonly #magnitude: number;
  readonly #policy: KinkPolicy;
  readonly #typical = new Map<string, number>();
  #piece: BranchTape | null = null;
  /** The line of the last element, with its points: a wrong element takes the same differences again. */
  #last: { input: Input; flat: number; tape: BranchTape; hold: boolean; line: Line } | null = null;
  evaluations = 0;

  constructor(subject: Subject, base: BasePoint, tape: BranchTape, policy: KinkPolicy) {
    this.#subject = subject;
    this.#base = base;
    this.#tape = tape;
    this.#magnitude = base.output.reduce((sum, y, i) => sum + Math.abs(y * base.dy[i]!), 0);
    this.#policy = policy;
    for (const input of subject.checked.differentiable)
      this.#typical.set(input.name, typicalMagnitude(input));
  }

  /** The first step for the differences of an element. */
  step(input: Input, flat: number): number {
    const relative = this.#policy === 'freeze' ? DIFFERENCES.step : DIFFERENCES.stepNearKinks;
    return relative * this.scale(input, flat);
  }

  /** The shortest step, and the step beyond which only a resolved derivative counts, or 0 if the step may not grow. */
  #steps(scale: number, mayGrow: boolean): [number, number] {
    return [DIFFERENCES.shortest * scale, mayGrow ? scale : 0];
  }

  /** The scale of the element: a step of this size moves it by about its own magnitude. */
  scale(input: Input, flat: number): number {
    return scaleOf(input.values[flat]!, this.#typical.get(input.name)!);
  }

  /** The magnitude of the contracted output divided by the scale of an element. */
  natural(input: Input, flat: number): number {
    return this.#magnitude / this.scale(input, flat);
  }

  /** The same for a direction whose entries are of order 1. */
  naturalAlong(input: Input): number {
    return this.#magnitude / scaleOf(0, this.#typical.get(input.name)!);
  }

  /** Whether the kink policy holds the branches taken at the point. */
  get holds(): boolean {
    return this.#policy === 'freeze';
  }

  /** Partial derivative with respect to one element. `step` is the first step; it may grow if branches are held. */
  element(
    input: Input,
    flat: number,
    expected: Expected,
    { step, hold = this.holds, mayGrow = hold }: { step?: number; hold?: boolean; mayGrow?: boolean } = {},
  ): Estimate {
    // Winners that stay tied wherever the element moves are one piece, although TensorFlow.js counts each of them.
    const onePiece = hold && this.#tiesWinners() && this.neighbours(input, flat) === null;
    const tape = onePiece ? this.piece : this.#tape;
    const line = this.#lineOf(input, flat, tape, hold);
    const scale = this.scale(input, flat);
    const expectation = { ...expected, steps: this.#steps(scale, mayGrow) };
    const start = step ?? this.step(input, flat);
    const estimate = derivative(line, this.#base, start, expectation);
    // An element far smaller than the others may need its own scale, as log at 1e-9 does.
    const own = (start * scaleOf(input.values[flat]!, 0)) / this.scale(input, flat);
    if (estimate.undecided === null || !(own > 0 && own < start)) return estimate;
    const onOwnScale = derivative(line, this.#base, own, expectation);
    return onOwnScale.undecided === null ? onOwnScale : estimate;
  }

  /** Derivative along a direction of one input, whose entries are of order 1; branches are held. */
  along(input: Input, direction: Float64Array, expected: Expected): Estimate {
    const line = this.#line(input, this.#tape, true, directionAt(input, direction));
    // Every element moves at once, so the step is much shorter than for one element.
    const step = (DIFFERENCES.step * scaleOf(0, this.#typical.get(input.name)!)) / 8;
    return derivative(line, this.#base, step, {
      ...expected,
      steps: [DIFFERENCES.shortest * step, 64 * step],
    });
  }

  /** Derivatives with respect to one element of the pieces that contain x - offset and x + offset. */
  pieces(input: Input, flat: number, offset: number): [number, number] {
    const slopeAt = (side: number): number => {
      const tape = this.#tapeAt(new Map([[input, elementAt(input, flat)(side * offset).values]]));
      return tape === null ? Number.NaN : this.slopeOn(tape, input, flat);
    };
    return [slopeAt(-1), slopeAt(1)];
  }

  /** Derivative with respect to one element of the piece that a tape is on; NaN if the differences cannot tell. */
  slopeOn(tape: BranchTape, input: Input, flat: number): number {
    const line = this.#lineOf(input, flat, tape, true);
    const centre = { ...this.#base, output: line(0).values };
    const expected = {
      largest: 0,
      noise: 0,
      steps: this.#steps(this.scale(input, flat), true),
      expectsChange: false,
    };
    const { value, undecided } = derivative(line, centre, this.step(input, flat), expected);
    return undecided === null ? value : Number.NaN;
  }

  /**
   * The pieces next to x, to its left and to its right along an element, if pieces meet at x; null if both are the
   * piece of the point. In a saturated function tied numbers stay equal near x; then the pieces are looked for farther
   * away, and count only if nothing but those ties has changed.
   */
  neighbours(input: Input, flat: number): [BranchTape, BranchTape] | null {
    for (let relative: number = TIES.aside; relative <= TIES.widest; relative *= TIES.wider) {
      const offset = relative * this.scale(input, flat);
      const [left, right] = [-offset, offset].map((at) =>
        this.#tapeAt(new Map([[input, elementAt(input, flat)(at).values]])),
      );
      if (left == null || right == null) return null;
      const both: [BranchTape, BranchTape] = [left, right];
      if (both.some((tape) => areApart(tape, this.piece)))
        return relative === TIES.aside || both.every((tape) => this.#changesTiesOnly(tape)) ? both : null;
      if (!this.#tiesWinners() || both.some(({ ties }) => ties !== this.#tape.ties)) return null;
    }
    return null;
  }

  /** The piece next to x in a random direction of all elements of some inputs. */
  aside(inputs: readonly Input[], random: () => number): BranchTape | null {
    const moved = inputs.map((input): [Input, Float64Array] => [
      input,
      copyOf(input).map((x, flat) => x + (2 * random() - 1) * TIES.aside * this.scale(input, flat)),
    ]);
    return this.#tapeAt(new Map(moved));
  }

  /** The branches taken at the point. */
  get tape(): BranchTape {
    return this.#tape;
  }

  /** The branches taken at the point, with ties between several pieces broken in favour of one. */
  get piece(): BranchTape {
    this.#piece ??= (this.#tape.ties === 0 ? null : this.#tapeAt(new Map())) ?? this.#tape;
    return this.#piece;
  }

  /** Whether TensorFlow.js takes several pieces at once at the point, as for every winner of a max. */
  #tiesWinners(): boolean {
    return this.#tape.ties > 0 && areApart(this.#tape, this.piece);
  }

  /** Whether a tape differs from the piece of the point only in winners of a tie that also won at the point. */
  #changesTiesOnly(tape: BranchTape): boolean {
    return tape.calls.every(({ branches }, call) => {
      const winners = this.#tape.calls[call]!.branches;
      const piece = this.piece.calls[call]!.branches;
      const hasTies = winners.some((branch, i) => !isSameBranch(branch, piece[i]!));
      return branches.every(
        (branch, i) => isSameBranch(branch, piece[i]!) || (hasTies && (branch === 0 || winners[i] === 1)),
      );
    });
  }

  /** The piece at other values of some inputs; null unless the same kernels run there. */
  #tapeAt(moved: ReadonlyMap<Input, Float64Array>): BranchTape | null {
    this.evaluations++;
    const replacements = [...moved].map(([{ name }, values]) => ({ name, values }));
    try {
      const { tape } = this.#subject.observer.record(() => this.#subject.forward(...replacements), {
        onePiece: true,
      });
      const same =
        tape.calls.length === this.#tape.calls.length &&
        tape.calls.every(({ kernel, branches }, i) => {
          const base = this.#tape.calls[i]!;
          return kernel === base.kernel && branches.length === base.branches.length;
        });
      return same ? tape : null;
    } catch {
      return null;
    }
  }

  /** 1 for every output that depends on an element, near the point or far from it. */
  reach(input: Input, flat: number): Uint8Array {
    const line = this.#lineOf(input, flat, this.#tape, true);
    const reached = new Uint8Array(this.#base.output.length);
    for (const steps of REACH)
      for (const side of [-1, 1]) {
        const { values } = line(side * steps * this.scale(input, flat));
        for (let i = 0; i < reached.length; i++) if (values[i] !== this.#base.output[i]) reached[i] = 1;
        if (!reached.includes(0)) return reached;
      }
    return reached;
  }

  /** The line along an element. Every point is evaluated once, as long as the line is that of the last element. */
  #lineOf(input: Input, flat: number, tape: BranchTape, hold: boolean): Line {
    const last = this.#last;
    if (last?.input === input && last.flat === flat && last.tape === tape && last.hold === hold)
      return last.line;
    const points = new Map<number, LinePoint>();
    const evaluate = this.#line(input, tape, hold, elementAt(input, flat));
    const line: Line = (offset) => {
      const point = points.get(offset) ?? evaluate(offset);
      if (points.size * point.values.length < KEPT) points.set(offset, point);
      return point;
    };
    this.#last = { input, flat, tape, hold, line };
    return line;
  }

  #line(input: Input, tape: BranchTape, hold: boolean, at: Point): Line {
    return (offset) => {
      const point = at(offset);
      this.evaluations++;
      try {
        const { result, flips } = this.#subject.observer.replay(tape, hold, () =>
          this.#subject.forward({ name: input.name, values: point.values }),
        );
        return { values: result, offset: point.offset, flips, threw: null };
      } catch (error) {
        // The point may be outside the domain of forward, as with a range check.
        const values = new Float64Array(this.#base.output.length).fill(Number.NaN);
        return { values, offset: point.offset, flips: NO_FLIPS, threw: errorText(error) };
      }
    };
  }
}

const NO_FLIPS: Flips = { total: 0, kernels: {}, places: [], diverged: false };

/** Whether two tapes of the same calls differ in some branch. */
const areApart = (one: BranchTape, other: BranchTape): boolean =>
  one.calls.some(({ branches }, call) =>
    branches.some((branch, i) => !isSameBranch(branch, other.calls[call]!.branches[i]!)),
  );

type Point = (offset: number) => { values: Float64Array; offset: number };

function elementAt(input: Input, flat: number): Point {
  return (offset) => {
    const values = copyOf(input);
    const x = values[flat]!;
    values[flat] = x + offset;
    return { values, offset: values[flat]! - x };
  };
}

function directionAt(input: Input, direction: Float64Array): Point {
  return (offset) => {
    const values = copyOf(input);
    for (let i = 0; i < values.length; i++) values[i] = values[i]! + offset * direction[i]!;
    return { values, offset };
  };
}

/** A copy of a differentiable input; these are kept in double precision. */
const copyOf = (input: Input): Float64Array => (input.values as Float64Array).slice();

/** The root mean square of an input; 1 if all its elements are zero. */
export function typicalMagnitude(input: Input): number {
  const values = copyOf(input);
  const largest = largestOf(values);
  if (largest === 0) return 1;
  return largest * Math.sqrt(values.reduce((sum, x) => sum + (x / largest) ** 2, 0) / values.length);
}
