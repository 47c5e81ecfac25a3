import { usageFailure } from '../../system/errors.ts';
import { IMAGE_PIXELS, type Images } from './images.ts';
import { createScanner } from './libsvmLine.ts';
import { toPixels } from './pixels.ts';

const NEWLINE = 10;

/** Longer than any valid line (a label and 256 values of up to 30 characters). */
const LINE_LIMIT = 16_384;

/** More than any set of digits of this size has; without a limit, a compressed file of 4 MB can need 2 GB of memory. */
const MOST_IMAGES = 100_000;

const FORM = `'label 1:v 2:v ... ${IMAGE_PIXELS}:v'`;

/**
 * Reads images in the libsvm text form, one per line: `label 1:v 2:v ... 256:v`, label 1..10 for the digits 0..9, v in
 * [-1, 1], row-major 16x16. Trailing spaces, CRLF and a missing last newline are accepted.
 *
 * @param chunks the text as bytes, split anywhere
 * @param file the name for messages
 * @returns the images in file order, with the pixel values that torchvision's USPS followed by ToTensor gives
 * @throws Failure (usage) with file, line number, what was expected and what came, at the first line that is wrong or
 *   beyond MOST_IMAGES
 */
export async function parseLibsvm(chunks: AsyncIterable<Uint8Array>, file: string): Promise<Images> {
  const scan = createScanner(file);
  let pixels = new Uint8Array(1024 * IMAGE_PIXELS);
  let digits = new Uint8Array(1024);
  let count = 0;
  let rest: Uint8Array = new Uint8Array(0);

  const line = (bytes: Uint8Array, start: number, end: number): void => {
    if (count === MOST_IMAGES) {
      throw usageFailure(
        `${file}, line ${count + 1}: expected at most ${MOST_IMAGES} images, got more; give a part of the file`,
      );
    }
    if (count === digits.length) {
      pixels = doubled(pixels);
      digits = doubled(digits);
    }
    digits[count] = scan(bytes, start, end, count + 1, pixels, count * IMAGE_PIXELS);
    count++;
  };

  for await (const chunk of chunks) {
    const bytes = rest.length === 0 ? chunk : joined(rest, chunk);
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
      line(bytes, start, end);
      start = end + 1;
    }
    rest = bytes.subarray(start);
    if (rest.length > LINE_LIMIT) {
      throw usageFailure(
        `${file}, line ${count + 1}: expected a line of the form ${FORM}, got one of more than ${LINE_LIMIT} bytes; give another --data`,
      );
    }
  }
  if (rest.length > 0) line(rest, 0, rest.length);
  if (count === 0) {
    throw usageFailure(`${file}: expected lines of the form ${FORM}, got an empty file; give another --data`);
  }
  return {
    count,
    pixels: toPixels(pixels.subarray(0, count * IMAGE_PIXELS)),
    digits: digits.slice(0, count),
  };
}

function doubled(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(2 * bytes.length);
  larger.set(bytes);
  return larger;
}

function joined(left: Uint8Array, right: Uint8Array): Uint8Array {
  const whole = new Uint8Array(left.length + right.length);
  whole.set(left);
  whole.set(right, left.length);
  return whole;
}
