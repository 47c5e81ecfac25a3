import { hashed, type Lane } from './lane.ts';

/** The number that a double is meant to be: top / bottom * 10^ten * 2^two * sqrt(2)^root2 * sqrt(pi)^rootPi. */
interface Meant {
  readonly top: number;
  readonly bottom: number;
  readonly ten: number;
  readonly two: number;
  readonly root2: number;
  readonly rootPi: number;
}

/** The largest product of top and bottom; a random double is that close to such a fraction with probability 2^-13. */
const SIMPLE = 2 ** 40;
/** The largest number of significant decimal digits; 6 in 100,000 random doubles are such decimals. */
const DIGITS = 12;
/** Upper bound of the odd mantissa of a dyadic number; one in 8,192 random doubles is such a number. */
const MANTISSA = 2 ** 40;
const SURD = 2 ** 16;
/** Products of sqrt(2) and sqrt(pi), as in the normal distribution, GELU and erf. */
const SURDS = [
  [1, 0],
  [0, 1],
  [0, -1],
  [1, 1],
  [1, -1],
  [0, 2],
  [0, -2],
] as const;

const plain = (top: number, bottom = 1): Meant => ({ top, bottom, ten: 0, two: 0, root2: 0, rootPi: 0 });

/** The number that a double stands for; null if nothing simple is within half a unit in its last place. */
export function meantBy(x: number): Meant | null {
  if (Number.isSafeInteger(x)) return plain(x);
  const fraction = simplest(x, SIMPLE);
  if (fraction !== null) return plain(...fraction);
  const text = x.toExponential();
  const [digits, exponent] = text.split('e') as [string, string];
  const decimals = digits.replace('-', '').length - 2;
  if (decimals < DIGITS)
    return { ...plain(Number(digits.replace('.', ''))), ten: Number(exponent) - Math.max(decimals, 0) };
  const binary = dyadic(x);
  if (Math.abs(binary.top) < MANTISSA) return binary;
  for (const [root2, rootPi] of SURDS) {
    const factor = simplest(x / (Math.SQRT2 ** root2 * Math.sqrt(Math.PI) ** rootPi), SURD, 4);
    if (factor !== null) return { ...plain(...factor), root2, rootPi };
  }
  return null;
}

/** mantissa * 2^two, with an odd mantissa, of a number that is not 0. */
function dyadic(x: number): Meant {
  let two = Math.floor(Math.log2(Math.abs(x))) - 52;
  // In two steps, because 2^-two may overflow.
  let top = x / 2 ** Math.ceil(two / 2) / 2 ** Math.floor(two / 2);
  while (top % 2 === 0) {
    top /= 2;
    two++;
  }
  return { ...plain(top), two };
}

/** The simplest fraction within `halves` half units in the last place, by continued fractions. */
function simplest(x: number, limit: number, halves = 1): [top: number, bottom: number] | null {
  const allowed = Math.abs(x) * 2 ** -53 * halves;
  let [top, before] = [Math.floor(x), 1];
  let [bottom, bottomBefore] = [1, 0];
  let rest = x - top;
  // A rest of 0, or a subnormal one, has an infinite reciprocal.
  while (Math.abs(top) * bottom <= limit) {
    if (Math.abs(x - top / bottom) <= allowed) return [top, bottom];
    const term = Math.floor(1 / rest);
    rest = 1 / rest - term;
    [top, before] = [term * top + before, top];
    [bottom, bottomBefore] = [term * bottom + bottomBefore, bottom];
  }
  return null;
}

const bits = new Uint32Array(2);
const double = new Float64Array(bits.buffer);

/** The meanings of doubles, found once for all lanes. */
const meanings = new Map<number, Meant | null>();
const MOST_MEANINGS = 2 ** 18;

function meaningOf(x: number): Meant | null {
  const known = meanings.get(x);
  if (known !== undefined) return known;
  if (meanings.size >= MOST_MEANINGS) meanings.clear();
  const meant = meantBy(x);
  meanings.set(x, meant);
  return meant;
}

type Residues = readonly [p: number, q: number, simple: boolean];

/** Residues of doubles in one lane; a double that stands for nothing simple becomes a random number. */
export class Constants {
  readonly #lane: Lane;
  readonly #known = new Map<number, Residues>();
  readonly #powers = new Map<string, number>();

  constructor(lane: Lane) {
    this.#lane = lane;
  }

  /** Residues modulo p and modulo q, and whether the double stands for something simple. */
  of(x: number): Residues {
    const known = this.#known.get(x);
    if (known !== undefined) return known;
    const meant = meaningOf(x);
    const made: Residues =
      meant === null ? this.#variable(x) : [this.#in('p', meant), this.#in('q', meant), true];
    this.#known.set(x, made);
    return made;
  }

  #in(plane: 'p' | 'q', { top, bottom, ten, two, root2, rootPi }: Meant): number {
    const field = this.#lane[plane];
    let value = field.residue(top);
    if (bottom !== 1) value = field.times(value, field.invert(field.residue(bottom)));
    value = field.times(value, this.#power(plane, 10, ten));
    value = field.times(value, this.#power(plane, 2, two));
    // 2 is a square in both fields, and the squares are a group of odd order, so its root is a power of it.
    if (root2 !== 0)
      value = field.times(value, this.#power(plane, field.raise(2, (field.modulus + 1) / 4), root2));
    if (rootPi !== 0) value = field.times(value, this.#power(plane, this.#square(Math.PI, plane), rootPi));
    return value;
  }

  #power(plane: 'p' | 'q', base: number, n: number): number {
    const key = `${plane} ${base} ${n}`;
    const known = this.#powers.get(key);
    if (known !== undefined) return known;
    const field = this.#lane[plane];
    const power = field.raise(field.residue(base), Math.abs(n));
    const made = n < 0 ? field.invert(power) : power;
    this.#powers.set(key, made);
    return made;
  }

  #variable(x: number): Residues {
    const sign = Math.sign(x);
    return [
      this.#lane.p.residue(sign * this.#square(Math.abs(x), 'p')),
      this.#lane.q.residue(sign * this.#square(Math.abs(x), 'q')),
      false,
    ];
  }

  /** A random nonzero square, the same for the same double. */
  #square(x: number, plane: 'p' | 'q'): number {
    const field = this.#lane[plane];
    double[0] = x;
    const root = 1 + hashed(bits[0]!, bits[1]!, this.#lane.salt ^ plane.charCodeAt(0), field.modulus - 1);
    return field.times(root, root);
  }
}

const byLane = new WeakMap<Lane, Constants>();

/** The constants of a lane, kept as long as the lane. */
export function constantsOf(lane: Lane): Constants {
  const known = byLane.get(lane) ?? new Constants(lane);
  byLane.set(lane, known);
  return known;
}
