import { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import {
  add,
  type CastAttrs,
  type ConcatAttrs,
  cast,
  complex as complexOf,
  concat,
  type DataType,
  imag as imagOf,
  type KernelFunc,
  mul,
  real as realOf,
  sub,
  type Tensor,
  type TensorInfo,
  util,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { type Correction, outOf } from '../corrections.ts';
import type { WasmBackend } from './backend.ts';
import { fourier } from './fourier.ts';

// Complex numbers, which wasm does not support: the real and imaginary part of each number are adjacent, as
// TensorFlow.js moves them between backends. The kernels are those that cpu has.

/** The values of a float32 tensor, or the parts of a complex one. The view is invalid once memory grows. */
export function numbersOf(backend: WasmBackend, { dataId, shape, dtype }: TensorInfo): Float32Array {
  const length = util.sizeFromShape(shape) * (dtype === 'complex64' ? 2 : 1);
  return new Float32Array(backend.wasm.HEAPU8.buffer, backend.dataIdMap.get(dataId).memoryOffset, length);
}

/** z = x + iy */
const complex: KernelFunc = ({ inputs, backend }) => {
  const wasm = backend as WasmBackend;
  const { real, imag } = inputs as { real: TensorInfo; imag: TensorInfo };
  const z = wasm.makeOutput(real.shape, 'complex64');
  const to = numbersOf(wasm, z);
  for (const [at, x] of numbersOf(wasm, real).entries()) to[2 * at] = x;
  for (const [at, y] of numbersOf(wasm, imag).entries()) to[2 * at + 1] = y;
  return z;
};

/** A kernel that computes a real number from each complex one. */
const ofParts =
  (f: (x: number, y: number) => number): KernelFunc =>
  ({ inputs, backend }) => {
    const wasm = backend as WasmBackend;
    // ComplexAbs calls its input x, the others call it input.
    const z = (inputs.input ?? inputs.x) as TensorInfo;
    const out = wasm.makeOutput(z.shape, 'float32');
    const [to, from] = [numbersOf(wasm, out), numbersOf(wasm, z)];
    for (let at = 0; at < to.length; at++) to[at] = f(from[2 * at]!, from[2 * at + 1]!);
    return out;
  };

/** The discrete Fourier transform along the last axis, or its inverse. */
const transform =
  (inverse: boolean): KernelFunc =>
  ({ inputs, backend }) => {
    const wasm = backend as WasmBackend;
    const z = inputs.input as TensorInfo;
    const out = wasm.makeOutput(z.shape, 'complex64');
    const [to, from] = [numbersOf(wasm, out), numbersOf(wasm, z)];
    const length = 2 * z.shape.at(-1)!;
    for (let at = 0; at < to.length; at += length)
      to.set(fourier(from.subarray(at, at + length), inverse), at);
    return out;
  };

/** Kernels of complex numbers that wasm lacks. */
export const complexKernels: Readonly<Record<string, KernelFunc>> = {
  Complex: complex,
  ComplexAbs: ofParts(Math.hypot),
  FFT: transform(false),
  IFFT: transform(true),
  Imag: ofParts((_x, y) => y),
  Real: ofParts((x) => x),
};

const isComplex = ({ dtype }: TensorInfo): boolean => dtype === 'complex64';
/** f applied to the real parts and to the imaginary parts. */
const partwise = (tensors: readonly Tensor[], f: (parts: Tensor[]) => Tensor): Tensor =>
  complexOf(f(tensors.map((z) => realOf(z))), f(tensors.map((z) => imagOf(z))));

/** A kernel that handles complex numbers, which all of its inputs are if one is, and calls the shipped one for others. */
const ofComplex =
  (work: (tensors: readonly Tensor[], attrs: unknown) => TensorInfo): Correction =>
  (shipped) =>
  (parameters) => {
    const tensors = Object.values(parameters.inputs) as Tensor[];
    return isComplex(tensors[0]!) ? outOf(() => work(tensors, parameters.attrs)) : shipped(parameters);
  };

/** (a + ib)(c + id) = ac - bd + i(ad + bc) */
const product = ofComplex(([w, z]) => {
  const [a, b, c, d] = [realOf(w!), imagOf(w!), realOf(z!), imagOf(z!)];
  return complexOf(sub(mul(a, c), mul(b, d)), add(mul(a, d), mul(b, c)));
});

/** A real number becomes a complex one with an imaginary part of 0; of a complex number only the real part is cast. */
const castComplex: Correction = (shipped) => (parameters) => {
  const x = parameters.inputs.x as Tensor;
  const { dtype } = parameters.attrs as unknown as CastAttrs;
  if (isComplex(x)) {
    return outOf(() =>
      dtype === 'complex64' ? complexOf(realOf(x), imagOf(x)) : cast(realOf(x), dtype as DataType),
    );
  }
  if (dtype !== 'complex64') return shipped(parameters);
  return outOf(() => {
    const real = cast(x, 'float32');
    return complexOf(real, zerosLike(real));
  });
};

/** Kernels that wasm has, extended to complex numbers. */
export const complexCorrections: Readonly<Record<string, Correction>> = {
  Add: ofComplex((tensors) => partwise(tensors, ([a, b]) => add(a!, b!))),
  Cast: castComplex,
  Concat: ofComplex((tensors, attrs) =>
    partwise(tensors, (parts) => concat(parts, (attrs as ConcatAttrs).axis)),
  ),
  Multiply: product,
  OnesLike: ofComplex(([z]) => {
    const zeros = zerosLike(realOf(z!));
    return complexOf(add(zeros, 1), zeros);
  }),
  Sub: ofComplex((tensors) => partwise(tensors, ([a, b]) => sub(a!, b!))),
  ZerosLike: ofComplex((tensors) => partwise(tensors, ([z]) => zerosLike(z!))),
};

/** Lets the backend read complex numbers, as their parts one after the other. Its own method refuses them. */
export function readComplexNumbers(): void {
  const { readSync } = BackendWasm.prototype;
  const read: typeof readSync = function (this: BackendWasm, dataId, start, end) {
    const wasm = this as unknown as WasmBackend;
    const { dtype, shape } = wasm.dataIdMap.get(dataId) as unknown as TensorInfo;
    return dtype === 'complex64'
      ? numbersOf(wasm, { dataId, dtype, shape }).slice()
      : readSync.call(this, dataId, start, end);
  };
  BackendWasm.prototype.readSync = read;
}
