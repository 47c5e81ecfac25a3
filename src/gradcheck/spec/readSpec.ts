import { GradcheckInputError } from '../errors.ts';
import type { GradcheckOptions, GradcheckSpec, TensorLike } from '../types.ts';
import { describe, type Input, readInput } from './readInput.ts';

/** A spec that has been read: its inputs checked and copied. */
export interface Checked {
  readonly name: string;
  readonly spec: GradcheckSpec;
  readonly inputs: readonly Input[];
  /** The inputs that need gradients. */
  readonly differentiable: readonly Input[];
}

const SPEC_KEYS = ['name', 'inputs', 'forward', 'backward'];

/** @throws GradcheckInputError for anything but a GradcheckSpec */
export function readSpec(value: unknown): Checked {
  if (typeof value !== 'object' || value === null)
    throw new GradcheckInputError(`spec: expected { inputs, forward, backward? }, got ${describe(value)}`);
  const spec = value as GradcheckSpec;
  if (spec.name !== undefined && typeof spec.name !== 'string')
    throw new GradcheckInputError(`spec: name: expected a string, got ${describe(spec.name)}`);
  const name = spec.name ?? 'spec';
  const fail = (problem: string): never => {
    throw new GradcheckInputError(`${name}: ${problem}`);
  };
  const unknown = Object.keys(spec).find((key) => !SPEC_KEYS.includes(key));
  if (unknown !== undefined) fail(`expected the keys ${SPEC_KEYS.join(', ')}, got ${unknown}`);
  if (typeof spec.forward !== 'function')
    fail(`forward: expected a function (tf, inputs) => tensor, got ${describe(spec.forward)}`);
  if (spec.backward !== undefined && typeof spec.backward !== 'function')
    fail(
      `backward: expected a function (tf, inputs, dy) => gradients by input, got ${describe(spec.backward)}`,
    );
  if (typeof spec.inputs !== 'object' || spec.inputs === null || Array.isArray(spec.inputs))
    fail(`inputs: expected an object of tensors by name, got ${describe(spec.inputs)}`);
  const entries = Object.entries<TensorLike>(spec.inputs);
  if (entries.length === 0) fail('inputs: expected at least one, got none');
  const inputs = entries.map(([input, given]) => readInput(name, input, given));
  const differentiable = inputs.filter((input) => input.dtype === 'float32');
  if (differentiable.length === 0)
    fail(
      `inputs: expected at least one of float type, got ${inputs.map((i) => `${i.name} (${i.dtype})`).join(', ')}`,
    );
  return { name, spec, inputs, differentiable };
}

/** Options with their defaults; those that stay open are undefined. */
export interface Settings extends GradcheckOptions {
  readonly mode: NonNullable<GradcheckOptions['mode']>;
  readonly samples: number;
  readonly directions: number;
  readonly seed: number;
  readonly kinks: NonNullable<GradcheckOptions['kinks']>;
  readonly order: 1 | 2;
  readonly precision: NonNullable<GradcheckOptions['precision']>;
}

const CHOICES = {
  mode: ['full', 'sampled', 'directional'],
  kinks: ['freeze', 'skip', 'subgradient', 'error'],
  order: [1, 2],
  precision: ['float64', 'float32'],
} as const;
const WHOLE = { samples: 1, directions: 1, seed: 0 } as const;
const DEFAULTS = {
  mode: 'full',
  samples: 64,
  directions: 4,
  seed: 1,
  kinks: 'freeze',
  order: 1,
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
  for (const key of ['rtol', 'atol'] as const) {
    const value = settings[key];
    if (value !== undefined && !(typeof value === 'number' && value >= 0 && Number.isFinite(value)))
      fail(key, 'a number from 0', value);
  }
  return settings;
}
