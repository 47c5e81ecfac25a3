import type { TensorInfo } from '@tensorflow/tfjs';
import { type Algebra, degreeOfSum } from '../algebra.ts';
import { type Call, type Formulas, type Operand, rational } from '../call.ts';
import { aboutOf, type Entry, type Numbers } from '../entry.ts';
import { PrimeField, type Vec } from '../field.ts';
import { CannotProve, NeedUnity, type Parts, type Real, type World } from '../world.ts';
import { addition, elementwise, subtraction } from './arithmetic.ts';
import { Steps } from './composite.ts';
import { gather, handlesOf, MOVED } from './move.ts';

/** Both parts of a complex input, or of a real input, whose imaginary part is 0. */
function parts(call: Call, name: string): Parts<Operand> {
  const { world } = call;
  const info = call.inputs[name]!;
  const { shape } = info;
  if (info.dtype !== 'complex64') return [call.operand(name), new Steps(world).constant(0)];
  const entries = world.complexEntries(info);
  const [re, im] = world
    .parts(info)
    .map((part, k) => ({ entry: entries[k]!, real: world.read(part), shape }));
  return [re!, im!];
}

/** The kernel's real values of both parts of its output. */
const realOf = ({ world, outputs }: Call): Parts<Real> => {
  const [re, im] = world.parts(outputs[0]!).map((part) => world.read(part));
  return [re!, im!];
};

/** A function of two complex operands a + bi and c + di, element by element, from the formulas of both parts. */
const pairwise =
  (re: Formulas, im: Formulas) =>
  (call: Call): Parts<Entry> => {
    const operands = [...parts(call, 'a'), ...parts(call, 'b')];
    const { shape } = call.outputs[0]!;
    const [realRe, realIm] = realOf(call);
    return [
      elementwise(call.world, operands, shape, realRe, re),
      elementwise(call.world, operands, shape, realIm, im),
    ];
  };

/** A formula that uses only the real parts, or only the imaginary parts. */
const ofPart = (formulas: Formulas, part: 0 | 1): Formulas => {
  const own = <Item>([a, b, c, d]: readonly Item[]): Item[] => (part === 0 ? [a!, c!] : [b!, d!]);
  return {
    ...formulas,
    exponent: (lane, xs) => formulas.exponent!(lane, own(xs)),
    value: (algebra, xs) => formulas.value(algebra, own(xs)),
    tangent: (algebra, xs, dxs, y) => formulas.tangent(algebra, own(xs), own(dxs), y),
  };
};

/** (a + bi) (c + di) = (ac - bd) + (ad + bc) i */
const product = pairwise(
  rational(
    (f, a, b, c, d) => f.sub(f.mul(a!, c!), f.mul(b!, d!)),
    ({ field: f }, [a, b, c, d], [da, db, dc, dd]) =>
      f.sub(
        f.add(f.mul(a!.value, dc!), f.mul(da!, c!.value)),
        f.add(f.mul(b!.value, dd!), f.mul(db!, d!.value)),
      ),
  ),
  rational(
    (f, a, b, c, d) => f.add(f.mul(a!, d!), f.mul(b!, c!)),
    ({ field: f }, [a, b, c, d], [da, db, dc, dd]) =>
      f.add(
        f.add(f.mul(a!.value, dd!), f.mul(da!, d!.value)),
        f.add(f.mul(b!.value, dc!), f.mul(db!, c!.value)),
      ),
  ),
);

/** Cosines and sines of the multiples of a full turn over n. */
function turns(algebra: Algebra, { lanes }: World, lane: number, n: number): { cos: Vec; sin: Vec } {
  if (algebra.kind === 'residues') {
    const { cos, sin } = lanes[lane]!.unity(n);
    return { cos: { re: cos, im: null }, sin: { re: sin, im: null } };
  }
  const of = (f: (x: number) => number): Vec => ({
    re: Float64Array.from({ length: n }, (_, k) => f((2 * Math.PI * k) / n)),
    im: null,
  });
  return { cos: of(Math.cos), sin: of(Math.sin) };
}

/** The products of centred residues are below 2^38, so that many of them add up without rounding. */
const LONGEST = 2 ** 15;

/**
 * The Fourier transform of the rows: the sum over k of (a_k + b_k i) times e^(-2 pi i j k / n); for the inverse,
 * e^(+...) and a division by n. The roots of unity are points of the unit circle of the field.
 */
const fourier =
  (inverse: boolean) =>
  (call: Call): Parts<Entry> => {
    const { world } = call;
    const n = call.inputs.input!.shape.at(-1)!;
    if (n > LONGEST) throw new CannotProve(`a Fourier transform of length ${n}: the longest is ${LONGEST}`);
    for (const { p } of world.lanes) if ((p.modulus + 1) % n !== 0) throw new NeedUnity(n);
    const pair = parts(call, 'input').map(({ entry }) => entry) as [Entry, Entry];
    const real = realOf(call);
    const about = aboutOf(pair, true);
    const sign = inverse ? 1 : -1;
    const made = ([0, 1] as const).map((part) =>
      world.make(call.size, about, (algebra, lane): Numbers => {
        const [a, b] = pair.map((entry) => entry.numbers[lane]!) as [Numbers, Numbers];
        const { field } = algebra;
        const transformed = (x: Vec | null, y: Vec | null): Vec => {
          if (algebra.kind === 'degrees')
            return degreeOfSum(x === null || y === null ? (x ?? y)! : field.add(x, y), n);
          const { cos, sin } = turns(algebra, world, lane, n);
          // (a + bi) (c + si): the real part is ac - bs, the imaginary part bc + as.
          const other = field.scale(sin, part === 0 ? -sign : sign);
          const [own, crossed] = part === 0 ? [x, y] : [y, x];
          const terms = [own && rowSums(field, own, cos, n), crossed && rowSums(field, crossed, other, n)];
          const sum = terms.filter((term) => term !== null).reduce((total, term) => field.add(total, term));
          return inverse ? field.scale(sum, 1, n) : sum;
        };
        const value =
          algebra.kind === 'doubles'
            ? { re: Float64Array.from(real[part]), im: null }
            : transformed(a.value, b.value);
        const still = !world.tangents || (a.tangent === null && b.tangent === null);
        return { value, tangent: still ? null : transformed(a.tangent, b.tangent), exponent: null };
      }),
    );
    return [made[0]!, made[1]!];
  };

type Plane = Float64Array;

/** The rows of x times the matrix with elements weights[j k mod n]. */
function rowSums(field: Algebra['field'], x: Vec, { re: weights }: Vec, n: number): Vec {
  const modular = field instanceof PrimeField ? field : null;
  const right = modular === null ? weights : modular.centre(weights);
  const sums = (given: Plane): Plane => {
    const plane = modular === null ? given : modular.centre(given);
    const out = new Float64Array(plane.length);
    for (let row = 0; row < plane.length; row += n)
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let k = 0; k < n; k++) sum += plane[row + k]! * right[(j * k) % n]!;
        out[row + j] = sum;
      }
    return modular === null ? out : modular.reduce(out);
  };
  return { re: sums(x.re), im: x.im && sums(x.im) };
}

const complexAbs = (call: Call): Entry => {
  const steps = new Steps(call.world);
  const [re, im] = parts(call, 'x');
  return steps.power(steps.add(steps.mul(re, re), steps.mul(im, im)), 0.5).entry;
};

const moved = (call: Call): Parts<Entry> => {
  const named = MOVED[call.kernel]!;
  const names = named === 'all' ? call.names : named;
  const each = names.map((name) => parts(call, name).map(({ entry }) => entry) as [Entry, Entry]);
  const [handles, fill] = handlesOf(call, names);
  const gathered = (part: 0 | 1, first: Entry | undefined) =>
    gather(
      call.world,
      each.map((pair) => pair[part]),
      handles[0]!,
      first,
    );
  return [gathered(0, fill), gathered(1, undefined)];
};

/** Kernels with a complex tensor among their inputs or outputs; the output is complex or real. */
export const COMPLEX_RULES: Readonly<Record<string, (call: Call) => Parts<Entry> | Entry>> = {
  Add: pairwise(ofPart(addition, 0), ofPart(addition, 1)),
  Cast(call) {
    const [re, im] = parts(call, 'x').map(({ entry }) => entry);
    return call.outputs[0]!.dtype === 'complex64' ? [re!, im!] : re!;
  },
  Complex: (call) => [call.operand('real').entry, call.operand('imag').entry],
  ComplexAbs: complexAbs,
  FFT: fourier(false),
  IFFT: fourier(true),
  Imag: (call) => parts(call, 'input')[1].entry,
  Multiply: product,
  Real: (call) => parts(call, 'input')[0].entry,
  Sub: pairwise(ofPart(subtraction, 0), ofPart(subtraction, 1)),
};

export const isComplex = ({ dtype }: TensorInfo): boolean => dtype === 'complex64';

/**
 * Applies the rule of a kernel with complex tensors.
 * @throws CannotProve if there is none and an input of the kernel depends on the subject's inputs
 */
export function followComplex(call: Call, dependent: boolean): void {
  const { world, kernel } = call;
  const [output] = call.outputs as [TensorInfo];
  const rule = COMPLEX_RULES[kernel] ?? (MOVED[kernel] === undefined ? undefined : moved);
  if (rule === undefined || call.outputs.length > 1) {
    if (dependent) throw new CannotProve(`no rule for ${kernel} of complex numbers`);
    return;
  }
  const made = rule(call);
  if ('numbers' in made) world.set(output, made);
  else world.setComplex(output, made);
}
