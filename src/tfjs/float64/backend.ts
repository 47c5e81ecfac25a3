import { type DataType, MathBackendCPU, registerBackend, removeBackend, setBackend } from '@tensorflow/tfjs';
import { widen } from './typedArrays.ts';

/**
 * The cpu backend in double precision. `epsilon()` stays 1e-7 and `floatPrecision()` 32, so that optimizers and losses
 * compute the same function as in single precision, with more digits.
 */
class Float64Backend extends MathBackendCPU {
  /** Accepts single-precision values from any source, including a buffer that was made of them. */
  override write(...[values, shape, dtype]: Parameters<MathBackendCPU['write']>): object {
    return super.write(widen(values) as typeof values, shape, dtype satisfies DataType);
  }
}

removeBackend('cpu');
registerBackend('cpu', () => new Float64Backend());
setBackend('cpu');
