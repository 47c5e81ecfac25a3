import type { ParameterName } from '../../results/shared.ts';

/** A whole number with thousands separators: 16,000. */
export const count = (value: number): string => value.toLocaleString('en-US');

/** A count with its noun: 1 step, 16,000 steps. */
export const counted = (value: number, noun: string): string =>
  `${count(value)} ${noun}${value === 1 ? '' : 's'}`;

/** A number rounded for reading: 0.852, 1.4e-6, 0. */
export const size = (value: number): string => {
  const magnitude = Math.abs(value);
  if (value === 0) return '0';
  if (magnitude >= 0.01 && magnitude < 10_000) return String(Number(value.toPrecision(3)));
  return value.toExponential(1).replace('e+', 'e');
};

/** All digits of the precision, so that two different values look different. */
export const exact = (value: number | null, precision: 'float32' | 'float64' = 'float64'): string => {
  // JSON has no NaN and no infinity: null stands for either.
  if (value === null) return 'not a finite number';
  return precision === 'float32' ? String(Number(value.toPrecision(9))) : String(value);
};

/** Seconds rounded for reading: 850 ms, 12.3 s. */
export const seconds = (value: number): string =>
  value < 1 ? `${Math.round(1000 * value)} ms` : `${value.toFixed(1)} s`;

/** One element of a parameter: kernel[2][3], weight[17], bias. */
export const element = (parameter: ParameterName, index: readonly number[]): string =>
  `${parameter}${index.map((at) => `[${at}]`).join('')}`;

/** Names in a sentence: a, b and c. */
export const listed = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

/** Makes a sentence's first letter upper case. */
export const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** An error as a share of the allowed one; the largest number stands for an error where none is allowed. */
export const shareOfAllowed = (share: number): string => {
  if (share === Number.MAX_VALUE) return 'none is allowed';
  return share > 1 ? `${size(share)} times allowed` : `${size(share)} of allowed`;
};
