import { visible } from '../../system/visible.ts';
import type { GradcheckSpec } from '../index.ts';
import { oneLine } from './oneLine.ts';

/** A spec with its name and its export. */
export interface NamedSpec {
  readonly name: string;
  /** Such as gelu, default, specs[2] or layers.dense. */
  readonly exportedAs: string;
  /** The spec, or why it cannot be read, such as a getter that throws. */
  readonly spec: GradcheckSpec | { readonly unreadable: string };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** Whether a value looks like a spec; the checker decides whether it is a valid one. */
const isSpecLike = (value: unknown): value is GradcheckSpec =>
  isObject(value) &&
  !Array.isArray(value) &&
  'forward' in value &&
  ('inputs' in value || 'variables' in value);

/**
 * Every spec that a module exports, by name or by default, including those in exported arrays and records; each once.
 * `file` is the module, for the place of an error in it.
 */
export function findSpecs(exported: Readonly<Record<string, unknown>>, file: string): NamedSpec[] {
  const found = new Map<unknown, NamedSpec>();
  const attempt = (exportedAs: string, read: () => void): void => {
    try {
      read();
    } catch (error) {
      const shown = visible(exportedAs);
      found.set(exportedAs, { name: shown, exportedAs: shown, spec: { unreadable: oneLine(error, file) } });
    }
  };
  const add = (value: unknown, exportedAs: string, ownName: string): void => {
    if (!isSpecLike(value) || found.has(value)) return;
    const given: unknown = value.name;
    const name = visible(typeof given === 'string' && given !== '' ? given : ownName);
    // A name that is not a string is left to the checker, which rejects it.
    const spec = given === undefined || typeof given === 'string' ? withName(value, name) : value;
    found.set(value, { name, exportedAs: visible(exportedAs), spec });
  };
  // Named exports come first, because a CommonJS module has everything again under its default export.
  const names = Object.keys(exported).sort((a, b) => Number(a === 'default') - Number(b === 'default'));
  for (const name of names)
    attempt(name, () => {
      const value = exported[name];
      add(value, name, name);
      if (!isObject(value) || isSpecLike(value)) return;
      const list = Array.isArray(value);
      for (const key of Object.keys(value)) {
        const exportedAs = list ? `${name}[${key}]` : `${name}.${key}`;
        attempt(exportedAs, () => add(value[key], exportedAs, list ? exportedAs : key));
      }
    });
  return [...found.values()];
}

/** Gives a spec a name; it keeps its methods, which may come from a class. */
function withName(spec: GradcheckSpec, name: string): GradcheckSpec {
  if (spec.name === name) return spec;
  return Object.assign(Object.create(Object.getPrototypeOf(spec)), spec, { name });
}
