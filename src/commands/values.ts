import { closest } from 'fastest-levenshtein';
import { usageFailure } from '../system/errors.ts';

/** Reads one setting, given as text by a flag or as a value in a configuration file. */
export type ReadValue<T> = (name: string, value: unknown) => T;

/** A value for a message: short, and safe for values of any depth. */
export function shown(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = String(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

/** Longer values are truncated. */
const LONGEST = 200;

const refuse = (name: string, expected: string, value: unknown): never => {
  throw usageFailure(`${name}: expected ${expected}, got ${shown(value) || 'nothing'}`);
};

/** Converts text or a value to a number; NaN for anything else. */
const numberOf = (value: unknown): number => {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
};

/** An integer from lowest to highest. */
export const integer =
  (expected: string, lowest: number, highest: number): ReadValue<number> =>
  (name, value) => {
    const number = numberOf(value);
    return Number.isInteger(number) && number >= lowest && number <= highest
      ? number
      : refuse(name, expected, value);
  };

/** An odd integer from lowest to highest. */
export const oddInteger =
  (expected: string, lowest: number, highest: number): ReadValue<number> =>
  (name, value) => {
    const number = integer(expected, lowest, highest)(name, value);
    return number % 2 === 1 ? number : refuse(name, expected, value);
  };

/** A finite number above 0. */
export const positiveNumber =
  (expected: string): ReadValue<number> =>
  (name, value) => {
    const number = numberOf(value);
    return Number.isFinite(number) && number > 0 ? number : refuse(name, expected, value);
  };

/** A finite number, 0 or above. */
export const numberFrom0 =
  (expected: string, below = Number.POSITIVE_INFINITY): ReadValue<number> =>
  (name, value) => {
    const number = numberOf(value);
    return number >= 0 && number < below ? number : refuse(name, expected, value);
  };

/** One of the names; an error suggests the nearest one. */
export const choice =
  <T extends string>(names: readonly T[]): ReadValue<T> =>
  (name, value) => {
    const found = names.find((known) => known === value);
    if (found !== undefined) return found;
    const suggestion =
      typeof value === 'string' && value !== '' ? ` (did you mean ${closest(value, names)}?)` : '';
    throw usageFailure(
      `${name}: expected one of ${names.join(', ')}, got ${shown(value) || 'nothing'}${suggestion}`,
    );
  };

/** Text that is not empty. */
export const text =
  (expected: string): ReadValue<string> =>
  (name, value) =>
    typeof value === 'string' && value !== '' ? value : refuse(name, expected, value);

/** true or false. */
export const flag: ReadValue<boolean> = (name, value) =>
  typeof value === 'boolean' ? value : refuse(name, 'true or false', value);
