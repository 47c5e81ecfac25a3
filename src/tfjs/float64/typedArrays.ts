/**
 * The typed arrays of the double-precision build. The build turns every `Float32Array` of TensorFlow.js, and of this
 * folder, into `Float64Array`; only `globalThis.Float32Array` means single precision.
 */
type TypedArray = Float32Array | Float64Array | Int32Array | Uint8Array | Uint8ClampedArray;

const ACCEPTED = new Set(['Float32Array', 'Float64Array', 'Int32Array', 'Uint8Array', 'Uint8ClampedArray']);

const brandGetter = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype),
  Symbol.toStringTag,
)?.get;

/**
 * The class name of a typed array, undefined for all other values. Unlike instanceof it recognizes arrays of other
 * realms.
 */
function brandOf(value: unknown): string | undefined {
  return brandGetter?.call(value);
}

/** Whether TensorFlow.js accepts the value as a typed array: its own four kinds, and Float64Array. */
export function isTypedArray(value: unknown): value is TypedArray {
  return ACCEPTED.has(brandOf(value) ?? '');
}

/** Converts single precision to double, exactly; returns everything else unchanged. */
export function widen<T>(values: T): T | Float64Array {
  return brandOf(values) === 'Float32Array' ? Float64Array.from(values as Float32Array) : values;
}

/** Converts double precision to single, rounded to nearest; returns everything else unchanged. */
export function narrow<T>(values: T): T | Float32Array {
  return brandOf(values) === 'Float64Array' ? globalThis.Float32Array.from(values as Float64Array) : values;
}

/** Whether the value is a typed array of floating-point numbers, of either precision. */
export function isFloatArray(value: unknown): value is Float32Array | Float64Array {
  return ['Float32Array', 'Float64Array'].includes(brandOf(value) ?? '');
}

/** Reads the bytes of a weights file, four bytes a number, into double precision. */
export function readFloat32(buffer: ArrayBuffer): Float64Array {
  return Float64Array.from(new globalThis.Float32Array(buffer));
}
