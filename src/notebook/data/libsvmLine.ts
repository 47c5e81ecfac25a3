import { usageFailure } from '../../system/errors.ts';
import { IMAGE_PIXELS } from './images.ts';

const SPACE = 32;
const TAB = 9;
const RETURN = 13;
const COLON = 58;
const MINUS = 45;
const POINT = 46;
const ZERO = 48;

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/** 10^0 .. 10^15, each exact. */
const POWERS = Array.from({ length: 16 }, (_, exponent) => 10 ** exponent);

/** Scans bytes[start, end) as one line, writes its 256 pixels to `pixels` from `offset` on, and returns the digit. */
export type Scanner = (
  bytes: Uint8Array,
  start: number,
  end: number,
  lineNumber: number,
  pixels: Uint8Array,
  offset: number,
) => number;

/**
 * The pixel 0..255 of a value in [-1, 1]: floor((v + 1) / 2 * 255) in double precision, the formula of torchvision's
 * USPS. torchvision itself rounds to float32 after every operation; among the values with three decimals, the only ones
 * in the files, that changes one: -0.6 is 51 here and 50 there.
 */
export const pixelOf = (value: number): number => Math.floor(((value + 1) / 2) * 255);

/**
 * A scanner for the lines of one file: `label 1:v 2:v ... 256:v` with labels 1..10 for the digits 0..9, or the format
 * of zip.train, `digit v v ... v`, without indices and with the digit itself.
 *
 * @throws Failure (usage) from the scanner, naming file and line, what was expected and what came
 */
export function createScanner(file: string): Scanner {
  return (bytes, start, end, lineNumber, pixels, offset) => {
    const wrong = (expected: string, got: string): never => {
      throw usageFailure(
        `${file}, line ${lineNumber}: expected ${expected}, got ${got}; fix the line or give another --data`,
      );
    };
    let position = skipBlanks(bytes, start, end);
    if (position === end) wrong(`'label 1:v ... ${IMAGE_PIXELS}:v'`, 'an empty line');

    let stop = tokenEnd(bytes, position, end);
    const hasIndices = bytes.subarray(stop, end).includes(COLON);
    const first = hasIndices ? 1 : 0;
    const label = numberAt(bytes, position, stop);
    if (!(Number.isInteger(label) && label >= first && label <= first + 9)) {
      const expected = hasIndices
        ? 'a label 1..10 (for the digits 0..9)'
        : "a digit 0..9, or a label 1..10 and '1:v'";
      wrong(expected, quoted(bytes, position, stop));
    }
    for (let feature = 1; feature <= IMAGE_PIXELS; feature++) {
      position = skipBlanks(bytes, stop, end);
      if (position === end) wrong(`${IMAGE_PIXELS} values`, `${feature - 1}`);
      stop = tokenEnd(bytes, position, end);
      let from = position;
      if (hasIndices) {
        const colon = bytes.indexOf(COLON, position);
        if (colon === -1 || colon >= stop) wrong(`'${feature}:value'`, quoted(bytes, position, stop));
        if (numberAt(bytes, position, colon) !== feature) {
          wrong(`'${feature}:value' (each index once, ascending)`, quoted(bytes, position, stop));
        }
        from = colon + 1;
      }
      const value = numberAt(bytes, from, stop);
      if (!(value >= -1 && value <= 1)) {
        wrong(`a value in [-1, 1] for index ${feature}`, quoted(bytes, from, stop));
      }
      pixels[offset + feature - 1] = pixelOf(value);
    }
    position = skipBlanks(bytes, stop, end);
    if (position !== end) wrong(`${IMAGE_PIXELS} values`, `more: ${quoted(bytes, position, end)}`);
    return label - first;
  };
}

const isBlank = (byte: number): boolean => byte === SPACE || byte === TAB || byte === RETURN;

function skipBlanks(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && isBlank(bytes[at]!)) at++;
  return at;
}

function tokenEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && !isBlank(bytes[at]!)) at++;
  return at;
}

/**
 * The same double as Number() of the text; NaN if it is not a plain decimal number. Up to 15 digits are an exact
 * integer over an exact power of ten, so that one division rounds correctly; anything else goes to Number().
 */
function numberAt(bytes: Uint8Array, start: number, end: number): number {
  const negative = bytes[start] === MINUS;
  let at = negative ? start + 1 : start;
  let digits = 0;
  let decimals = -1; // number of digits after the point; -1 before it
  let integer = 0;
  for (; at < end; at++) {
    const byte = bytes[at]!;
    if (byte === POINT && decimals === -1) {
      decimals = 0;
      continue;
    }
    const digit = byte - ZERO;
    if (digit < 0 || digit > 9 || digits === 15) return slowNumber(bytes, start, end);
    integer = integer * 10 + digit;
    digits++;
    if (decimals !== -1) decimals++;
  }
  if (digits === 0) return Number.NaN;
  const magnitude = decimals > 0 ? integer / POWERS[decimals]! : integer;
  return negative ? -magnitude : magnitude;
}

function slowNumber(bytes: Uint8Array, start: number, end: number): number {
  const text = textOf(bytes, start, end);
  return DECIMAL.test(text) ? Number(text) : Number.NaN;
}

const latin1 = new TextDecoder('latin1');
const textOf = (bytes: Uint8Array, start: number, end: number): string =>
  latin1.decode(bytes.subarray(start, end));

/** The text, made printable and shortened to one line for a message. */
function quoted(bytes: Uint8Array, start: number, end: number): string {
  const text = textOf(bytes, start, Math.min(end, start + 24)).replace(/[^\x20-\x7e]/g, '?');
  return `'${text}${end - start > 24 ? '...' : ''}'`;
}
