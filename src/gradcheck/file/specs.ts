import type { GradcheckSpec } from '../index.ts';

/** A spec with the name that people call it by, and where the module has it. */
export interface NamedSpec {
  readonly name: string;
  /** gelu, default, specs[2], layers.dense */
  readonly exportedAs: string;
  readonly spec: GradcheckSpec;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** Whether something means to be a spec; whether it is a correct one, the checker says. */
const isSpecLike = (value: unknown): value is GradcheckSpec =>
  isObject(value) && !Array.isArray(value) && 'forward' in value && 'inputs' in value;

/** Every spec that a module exports, by name or by default, and those in exported lists and records; each once. */
export function findSpecs(exported: Readonly<Record<string, unknown>>): NamedSpec[] {
  const found = new Map<unknown, NamedSpec>();
  const add = (value: unknown, exportedAs: string, ownName: string): void => {
    if (!isSpecLike(value) || found.has(value)) return;
    const name = typeof value.name === 'string' && value.name !== '' ? value.name : ownName;
    found.set(value, { name, exportedAs, spec: withName(value, name) });
  };
  // By name first: a CommonJS module has everything once more under its default export.
  const entries = Object.entries(exported).sort(
    ([a], [b]) => Number(a === 'default') - Number(b === 'default'),
  );
  for (const [name, value] of entries) {
    add(value, name, name);
    if (!isObject(value) || isSpecLike(value)) continue;
    const list = Array.isArray(value);
    for (const [key, inner] of Object.entries(value))
      add(inner, list ? `${name}[${key}]` : `${name}.${key}`, list ? `${name}[${key}]` : key);
  }
  return [...found.values()];
}

/** The spec itself may have no name, or a class for its methods. */
function withName(spec: GradcheckSpec, name: string): GradcheckSpec {
  if (spec.name !== undefined) return spec;
  return Object.assign(Object.create(Object.getPrototypeOf(spec)), spec, { name });
}
