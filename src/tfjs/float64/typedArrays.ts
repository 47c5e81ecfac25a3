/**
 * The typed arrays of the double-precision build. The build turns every `Float32Array` of TensorFlow.js, and of
 * this folder, into `Float64Array`; single precision is meant only where `globalThis.Float32Array` is written.
 */
type TypedArray = Float32Array | Float64Array | Int32Array | Uint8Array | Uint8ClampedArray;

const ACCEPTED = new Set(['Float32Array', 'Float64Array', 'Int32Array', 'Uint8Array', 'Uint8ClampedArray']);

const brandGetter = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype),
  Symbol.toStringTag,
)?.get;

/** The name of a typed array's kind, undefined for all else. Unlike instanceof it knows arrays of other realms. */
function brandOf(value: unknown): string | undefined {
  return brandGetter?.call(value);
}

/** Whether TensorFlow.js takes the value as a typed array: its own four kinds, and Float64Array. */
export function isTypedArray(value: unknown): value is TypedArray {
  return ACCEPTED.has(brandOf(value) ?? '');
}

/** Single precision becomes double, exactly; everything else is handed back as it is. */
export function widen<T>(values: T): T | Float64Array {
  return brandOf(values) === 'Float32Array' ? Float64Array.from(values as Float32Array) : values;
}

/** Double precision becomes single, rounded to nearest; everything else is handed back as it is. */
export function narrow<T>(values: T): T | Float32Array {
  return brandOf(values) === 'Float64Array' ? globalThis.Float32Array.from(values as Float64Array) : values;
}

/** Whether the value is a typed array of floating-point numbers, of either precision. */
export function isFloatArray(value: unknown): value is Float32Array | Float64Array {
  return ['Float32Array', 'Float64Array'].includes(brandOf(value) ?? '');
}

/** Reads the bytes of a weights file, where a number takes four bytes, into double precision. */
export function readFloat32(buffer: ArrayBuffer): Float64Array {
  return Float64Array.from(new globalThis.Float32Array(buffer));
}
