import { GradcheckInputError } from '../errors.ts';
import type { GivenVariables, GradcheckOptions, GradcheckSpec, Outputs, TensorLike } from '../types.ts';
import { describe, type Input, isDifferentiable, readInput } from './readInput.ts';

/** A spec with any input names and outputs. */
export type AnySpec = GradcheckSpec<string, Outputs, GivenVariables | undefined>;

/** A spec whose inputs have been validated and copied. */
export interface Checked {
  readonly name: string;
  readonly spec: AnySpec;
  /** The inputs, then the variables. */
  readonly inputs: readonly Input[];
  /** Those that need gradients. */
  readonly differentiable: readonly Input[];
}

const FUNCTIONS = {
  forward: '(tf, inputs) => tensor',
  backward: '(tf, inputs, dy) => gradients by input',
  gradientOf: '(tf, inputs) => tensor',
} as const;
const SPEC_KEYS = ['name', 'inputs', 'variables', ...Object.keys(FUNCTIONS)];

/**
 * Reads a spec except for its variables, which may not exist yet; withVariables adds them.
 * @throws GradcheckInputError for anything but a GradcheckSpec
 */
export function readSpec(value: unknown): Checked {
  if (typeof value !== 'object' || value === null)
    throw new GradcheckInputError(`spec: expected { inputs, forward, backward? }, got ${describe(value)}`);
  const spec = value as AnySpec;
  if (spec.name !== undefined && typeof spec.name !== 'string')
    throw new GradcheckInputError(`spec: name: expected a string, got ${describe(spec.name)}`);
  const name = spec.name ?? 'spec';
  const fail = (problem: string): never => {
    throw new GradcheckInputError(`${name}: ${problem}`);
  };
  const unknown = Object.keys(spec).find((key) => !SPEC_KEYS.includes(key));
  if (unknown !== undefined) fail(`expected the keys ${SPEC_KEYS.join(', ')}, got ${unknown}`);
  for (const [key, signature] of Object.entries(FUNCTIONS)) {
    const f = spec[key as keyof typeof FUNCTIONS];
    if (f === undefined && key !== 'forward') continue;
    if (typeof f !== 'function') fail(`${key}: expected a function ${signature}, got ${describe(f)}`);
    if (Object.prototype.toString.call(f) === '[object AsyncFunction]')
      fail(`${key} returned a promise: ${key} must be synchronous (dataSync() in place of await data())`);
  }
  const given = spec.inputs === undefined ? {} : spec.inputs;
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    fail(`inputs: expected an object of tensors by name, got ${describe(given)}`);
  const entries = Object.entries<TensorLike>(given);
  const hasVariables = spec.variables !== undefined;
  if (entries.length === 0 && !hasVariables) fail('inputs: expected at least one, got none');
  const inputs = entries.map(([input, tensor]) => readInput(name, input, tensor));
  const differentiable = inputs.filter(isDifferentiable);
  if (differentiable.length === 0 && !hasVariables) {
    const got = inputs.map((i) => `${i.name} (${i.constant ? 'constant' : i.dtype})`).join(', ');
    fail(`inputs: expected at least one of float type (and not constant), or variables, got ${got}`);
  }
  return { name, spec, inputs, differentiable };
}

/** The spec with the variables whose gradients are checked. */
export function withVariables(checked: Checked, variables: readonly Input[]): Checked {
  const inputs = [...checked.inputs, ...variables];
  return { ...checked, inputs, differentiable: inputs.filter(isDifferentiable) };
}

/** Options with their defaults; options without a default are undefined. */
export interface Settings extends GradcheckOptions {
  readonly mode: NonNullable<GradcheckOptions['mode']>;
  readonly samples: number;
  readonly directions: number;
  readonly seed: number;
  readonly kinks: NonNullable<GradcheckOptions['kinks']>;
  readonly order: 1 | 2;
  readonly exact: NonNullable<GradcheckOptions['exact']>;
  readonly points: number;
  readonly precision: NonNullable<GradcheckOptions['precision']>;
}

const CHOICES = {
  mode: ['full', 'sampled', 'directional'],
  kinks: ['freeze', 'skip', 'subgradient', 'error'],
  order: [1, 2],
  exact: ['on', 'off', 'only'],
  precision: ['float64', 'float32'],
} as const;
const WHOLE = { samples: 1, directions: 1, seed: 0, points: 0 } as const;
const DEFAULTS = {
  mode: 'full',
  samples: 64,
  directions: 4,
  seed: 1,
  kinks: 'freeze',
  order: 1,
  exact: 'on',
  points: 0,
  precision: 'float64',
} as const;
const KEYS = [...Object.keys(DEFAULTS), 'rtol', 'atol', 'tf', 'float64', 'reproduce', 'onProgress'];

/** @throws GradcheckInputError for an unknown option or a value out of range */
export function readOptions(options: GradcheckOptions): Settings {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const settings = { ...DEFAULTS, ...given } as Settings;
  const fail = (option: string, expected: string, got: unknown): never => {
    throw new GradcheckInputError(`option ${option}: expected ${expected}, got ${describe(got)}`);
  };
  for (const key of Object.keys(given)) if (!KEYS.includes(key)) fail(key, `one of ${KEYS.join(', ')}`, key);
  for (const [key, choices] of Object.entries(CHOICES)) {
    const value = settings[key as keyof typeof CHOICES];
    if (!(choices as readonly unknown[]).includes(value)) fail(key, choices.join(', '), value);
  }
  for (const [key, least] of Object.entries(WHOLE)) {
    const value = settings[key as keyof typeof WHOLE];
    if (!Number.isSafeInteger(value) || value < least) fail(key, `a whole number from ${least}`, value);
  }
  if (settings.points > 0 && (settings.exact === 'off' || settings.precision === 'float32'))
    fail('points', "0 without the exact check (exact: 'off', precision: 'float32')", settings.points);
  // With an rtol of 1, zero would pass for any gradient. The limit of atol depends on the gradients.
  for (const [key, below] of [
    ['rtol', 0.5],
    ['atol', Number.POSITIVE_INFINITY],
  ] as const) {
    const value = settings[key];
    const fits = typeof value === 'number' && value >= 0 && value < below;
    if (value !== undefined && !fits)
      fail(key, below === 0.5 ? 'a number from 0 and below 0.5' : 'a finite number from 0', value);
  }
  return settings;
}
