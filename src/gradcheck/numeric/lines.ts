import type { Input } from '../spec/readInput.ts';
import { largestOf, type Subject } from '../spec/subject.ts';
import type { KinkPolicy } from '../types.ts';
import { type BasePoint, derivative, type Estimate, type Expectation, type Line } from './differences.ts';
import type { BranchTape } from './kernels/branches.ts';
import { DIFFERENCES, scaleOf } from './precision.ts';

type Expected = Omit<Expectation, 'mayGrow'>;

/** Takes the finite differences of a subject around its base point, and counts the evaluations. */
export class Differencer {
  readonly #subject: Subject;
  readonly #base: BasePoint;
  readonly #tape: BranchTape;
  readonly #magnitude: number;
  readonly #policy: KinkPolicy;
  readonly #typical = new Map<string, number>();
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

  /** The step that differences of an element start with. */
  step(input: Input, flat: number): number {
    const relative = this.#policy === 'freeze' ? DIFFERENCES.step : DIFFERENCES.stepNearKinks;
    return relative * this.#scale(input, flat);
  }

  #scale(input: Input, flat: number): number {
    return scaleOf(input.values[flat]!, this.#typical.get(input.name)!);
  }

  /** The magnitude of the contracted output over the scale of an element. */
  natural(input: Input, flat: number): number {
    return this.#magnitude / this.#scale(input, flat);
  }

  /** Partial derivative by one element. `shrink` starts with a smaller step. */
  element(input: Input, flat: number, expected: Expected, shrink = 1): Estimate {
    const line = this.#line(input, this.#tape, this.#policy === 'freeze', elementAt(input, flat));
    const expectation = { ...expected, mayGrow: this.#policy === 'freeze' };
    const start = this.step(input, flat) * shrink;
    const estimate = derivative(line, this.#base, start, expectation);
    // An element far smaller than the others may live on a scale of its own: log at 1e-9.
    const own = (start * scaleOf(input.values[flat]!, 0)) / this.#scale(input, flat);
    if (estimate.undecided === null || !(own > 0 && own < start)) return estimate;
    const onOwnScale = derivative(line, this.#base, own, expectation);
    return onOwnScale.undecided === null ? onOwnScale : estimate;
  }

  /** Derivative along a direction of one input, whose entries are of order 1; branches are held. */
  along(input: Input, direction: Float64Array, expected: Expected): Estimate {
    const line = this.#line(input, this.#tape, true, directionAt(input, direction));
    // Every element moves at once, so the step stays well below what one element alone would take.
    const step = (DIFFERENCES.step * scaleOf(0, this.#typical.get(input.name)!)) / 8;
    return derivative(line, this.#base, step, { ...expected, mayGrow: true });
  }

  /** Derivatives by one element of the pieces that the function is on at x - offset and at x + offset. */
  pieces(input: Input, flat: number, offset: number, largest: number): [number, number] {
    const slopeOn = (side: number): number => {
      const at = elementAt(input, flat)(side * offset);
      this.evaluations++;
      const { tape } = this.#subject.observer.record(() =>
        this.#subject.forward({ name: input.name, values: at.values }),
      );
      const line = this.#line(input, tape, true, elementAt(input, flat));
      const centre = { ...this.#base, output: line(0).values };
      const expected = { largest, noise: 0, mayGrow: true, expectsChange: false };
      return derivative(line, centre, this.step(input, flat), expected).value;
    };
    return [slopeOn(-1), slopeOn(1)];
  }

  /** Whether x sits exactly where pieces meet along an element: the same branch flips to either side, at once. */
  isAtKink(input: Input, flat: number): boolean {
    const offset = 2 ** -40 * this.#scale(input, flat);
    const line = this.#line(input, this.#tape, false, elementAt(input, flat));
    const left = new Set(line(-offset).flips.places);
    return line(offset).flips.places.some((place) => left.has(place));
  }

  #line(input: Input, tape: BranchTape, hold: boolean, at: Point): Line {
    return (offset) => {
      const point = at(offset);
      this.evaluations++;
      const { result, flips } = this.#subject.observer.replay(tape, hold, () =>
        this.#subject.forward({ name: input.name, values: point.values }),
      );
      return { values: result, offset: point.offset, flips };
    };
  }
}

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

/** Inputs with gradients are kept in double precision. */
const copyOf = (input: Input): Float64Array => (input.values as Float64Array).slice();

/** The root of the mean square; 1 if all are zero. */
function typicalMagnitude(input: Input): number {
  const values = copyOf(input);
  const largest = largestOf(values);
  if (largest === 0) return 1;
  return largest * Math.sqrt(values.reduce((sum, x) => sum + (x / largest) ** 2, 0) / values.length);
}
