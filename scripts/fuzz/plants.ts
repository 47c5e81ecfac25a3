import { sizeOf } from '../../src/numerics/shape.ts';
import { list } from './ops/op.ts';
import type { Program, ProgramInput, Statement } from './program.ts';

/** A mistake in a function's gradient: in the hand-written backward, or in autodiff through a customGrad. */
export interface Plant {
  readonly kind: string;
  /** The input or intermediate value whose gradient is wrong. */
  readonly target: string;
  readonly side: 'yours' | 'tf autodiff';
  /** The forward whose gradient is wrong; null if only the gradient of the target is changed. */
  readonly statements: readonly Statement[] | null;
  readonly output: string;
  /** The code of the target's gradient in the backward; null if the mistake is in `statements`. */
  readonly gradient: string | null;
}

interface Site {
  readonly shape: readonly number[];
  readonly pick: (n: number) => number;
}

/** The code of a wrong gradient, made from the correct one, g, and the value x; null if the mistake does not apply. */
type Mistake = (g: string, x: string, site: Site) => string | null;

const flatWith = (site: Site, rest: number, value: string): string => {
  const size = sizeOf(site.shape);
  const at = site.pick(size);
  const entries = Array.from({ length: size }, (_, i) => (i === at ? value : String(rest)));
  return `tf.tensor([${entries.join(', ')}], ${list(site.shape)})`;
};

const times =
  (factor: number): Mistake =>
  (g) =>
    `tf.mul(${g}, ${factor})`;
const elementTimes =
  (factor: number): Mistake =>
  (g, _, site) =>
    `tf.mul(${g}, ${flatWith(site, 1, String(factor))})`;
const elementPlus =
  (value: string): Mistake =>
  (g, _, site) =>
    `tf.add(${g}, ${flatWith(site, 0, value)})`;

function transposed(g: string, _: string, { shape }: Site): string | null {
  if (shape.length < 2) return null;
  const order = shape.map((_, axis) => axis);
  [order[order.length - 2], order[order.length - 1]] = [order.length - 1, order.length - 2];
  return `tf.reshape(tf.transpose(${g}, ${list(order)}), ${list(shape)})`;
}

function swapped(g: string, _: string, { shape, pick }: Site): string | null {
  const size = sizeOf(shape);
  if (size < 2) return null;
  const order = Array.from({ length: size }, (_, i) => i);
  const a = pick(size);
  const b = (a + 1 + pick(size - 1)) % size;
  [order[a], order[b]] = [b, a];
  return `tf.reshape(tf.gather(tf.reshape(${g}, [-1]), tf.tensor1d(${list(order)}, 'int32')), ${list(shape)})`;
}

const MISTAKES: readonly (readonly [kind: string, mistake: Mistake])[] = [
  ['all x 2', times(2)],
  ['all x 0.5', times(0.5)],
  ['all x 2.5', times(2.5)],
  ['all x 77', times(77)],
  ['all x 1.001', times(1.001)],
  ['sign of all', (g) => `tf.neg(${g})`],
  ['one x 1.001', elementTimes(1.001)],
  ['one x 1.000001', elementTimes(1.000001)],
  ['sign of one', elementTimes(-1)],
  ['one is zero', elementTimes(0)],
  ['one is NaN', elementPlus('NaN')],
  ['one is infinite', elementPlus('Infinity')],
  ['one + 0.01', elementPlus('0.01')],
  ['all + 0.01', (g) => `tf.add(${g}, 0.01)`],
  ['transposed', transposed],
  ['two swapped', swapped],
  ['wrong for negative inputs', (g, x) => `tf.where(tf.less(${x}, 0), tf.mul(${g}, 2), ${g})`],
  ['dy is ones', (g) => `tf.onesLike(${g})`],
  ['dy squared', (g) => `tf.square(${g})`],
];

const customGrad = (x: string, gradient: string): string =>
  `tf.customGrad((x, save) => { save([x]); return { value: tf.clone(x), gradFunc: (g, [x]) => ${gradient} }; })(${x})`;

const word = (name: string): RegExp => new RegExp(`\\b${name}\\b`, 'g');

/** The statements from `from` on with `name` replaced by `other`, which is `code`. */
function rerouted(
  { statements, output }: Program,
  name: string,
  code: string,
  from: number,
  to = statements.length,
): Pick<Plant, 'statements' | 'output'> {
  const other = `${name}Wrong`;
  const changed = statements.map((statement, i) =>
    i >= from && i < to ? { ...statement, code: statement.code.replaceAll(word(name), other) } : statement,
  );
  const inserted = { name: other, code, op: 'mistake', shape: [] };
  return { statements: changed.toSpliced(from, 0, inserted), output: output === name ? other : output };
}

/** A mistake at an input or an intermediate value, on either side. */
function atOneTensor(program: Program, inputs: readonly ProgramInput[], site: Site['pick']): Plant | null {
  const [kind, mistake] = MISTAKES[site(MISTAKES.length)]!;
  const side = site(3) === 0 ? 'tf autodiff' : 'yours';
  const { statements, output } = program;
  if (site(3) === 0) {
    const at = site(statements.length);
    const { name, shape } = statements[at]!;
    const code = mistake('g', 'x', { shape, pick: site });
    if (code === null) return null;
    return {
      kind,
      target: name,
      side,
      gradient: null,
      ...rerouted(program, name, customGrad(name, code), at + 1),
    };
  }
  const { name, shape } = inputs[site(inputs.length)]!;
  const place = { shape, pick: site };
  if (side === 'yours') {
    const gradient = mistake(`gradients.${name}`, `inputs.${name}`, place);
    return gradient === null ? null : { kind, target: name, side, statements: null, output, gradient };
  }
  const code = mistake('g', 'x', place);
  if (code === null) return null;
  return { kind, target: name, side, gradient: null, ...rerouted(program, name, customGrad(name, code), 0) };
}

/** Uses the gradient of another input of the same size. */
function ofAnother({ output }: Program, inputs: readonly ProgramInput[], site: Site['pick']): Plant | null {
  const target = inputs[site(inputs.length)]!;
  const others = inputs.filter(
    ({ name, shape }) => name !== target.name && sizeOf(shape) === sizeOf(target.shape),
  );
  const other = others[site(Math.max(others.length, 1))];
  if (other === undefined) return null;
  const gradient = `tf.reshape(gradients.${other.name}, ${list(target.shape)})`;
  return {
    kind: 'gradient of another input',
    target: target.name,
    side: 'yours',
    statements: null,
    output,
    gradient,
  };
}

/** The gradient of a broadcast operand is one slice of dy instead of the sum. */
function sliced(program: Program, _: readonly ProgramInput[], site: Site['pick']): Plant | null {
  const { inputs, statements } = program;
  const shapes = new Map([...inputs, ...statements].map(({ name, shape }) => [name, shape]));
  const found = statements.flatMap(({ code, op, shape }, at) => {
    if (!/^(add|sub|mul|div|atan2|pow, float exponent)$/.test(op)) return [];
    return [...code.matchAll(/\b[xt]\d+\b/g)].flatMap(([name]) => {
      const own = shapes.get(name)!;
      return sizeOf(own) < sizeOf(shape) ? [{ at, name, own, shape }] : [];
    });
  });
  if (found.length === 0) return null;
  const { at, name, own, shape } = found[site(found.length)]!;
  const aligned = [...new Array<number>(shape.length - own.length).fill(1), ...own];
  const slice = `tf.reshape(tf.slice(g, ${list(shape.map(() => 0))}, ${list(aligned)}), ${list(own)})`;
  const value = `tf.broadcastTo(x, ${list(shape)})`;
  const code = `tf.customGrad((x) => ({ value: ${value}, gradFunc: (g) => ${slice} }))(${name})`;
  const side = site(3) === 0 ? 'tf autodiff' : 'yours';
  return {
    kind: 'no sum over broadcast axes',
    target: name,
    side,
    gradient: null,
    ...rerouted(program, name, code, at, at + 1),
  };
}

/** One use is forgotten of a tensor that two statements use. */
function forgotten(program: Program, inputs: readonly ProgramInput[], site: Site['pick']): Plant | null {
  const { statements } = program;
  const found = [...inputs, ...statements].flatMap(({ name }) => {
    const uses = statements.flatMap(({ code }, at) => (word(name).test(code) ? [at] : []));
    return uses.length > 1 ? uses.map((at) => ({ name, at })) : [];
  });
  if (found.length === 0) return null;
  const { name, at } = found[site(found.length)]!;
  const code = customGrad(name, 'tf.zerosLike(g)');
  const side = site(3) === 0 ? 'tf autodiff' : 'yours';
  return {
    kind: 'a use forgotten',
    target: name,
    side,
    gradient: null,
    ...rerouted(program, name, code, at, at + 1),
  };
}

/** The mistake that the choices make in a function's gradient; null if they make none. */
export function plantOf(program: Program, picks: readonly number[]): Plant | null {
  let place = 0;
  const site = (n: number): number => (picks[place++] ?? 0) % n;
  const inputs = program.inputs.filter(({ name }) => program.connected.includes(name));
  const special = [sliced, forgotten, ofAnother].flatMap((make) => make(program, inputs, site) ?? []);
  // Mistakes that apply to few functions are picked often where they apply.
  if (special.length > 0 && site(5) < 2) return special[site(special.length)]!;
  return atOneTensor(program, inputs, site);
}
