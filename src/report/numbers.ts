/** Decodes base64 to bytes, in Node and in browsers. */
export const decodeBytes = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text), (character) => character.charCodeAt(0));

const encodeBytes = (bytes: Uint8Array): string => {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
};

/**
 * Encodes numbers in base64 after a letter: s if all of them are exact in float32, otherwise d for float64;
 * little-endian.
 */
export function encodeNumbers(numbers: readonly number[]): string {
  const single = numbers.every((x) => Object.is(Math.fround(x), x));
  const array = single ? Float32Array.from(numbers) : Float64Array.from(numbers);
  return `${single ? 's' : 'd'}${encodeBytes(new Uint8Array(array.buffer))}`;
}

/** Decodes the same numbers. */
export function decodeNumbers(text: string): Float64Array {
  const { buffer } = decodeBytes(text.slice(1));
  return text.startsWith('s') ? Float64Array.from(new Float32Array(buffer)) : new Float64Array(buffer);
}
