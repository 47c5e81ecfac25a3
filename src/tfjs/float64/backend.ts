import { type DataType, MathBackendCPU, registerBackend, removeBackend, setBackend } from '@tensorflow/tfjs';
import { widen } from './typedArrays.ts';

/**
 * The cpu backend in double precision. `epsilon()` stays 1e-7 and `floatPrecision()` 32: optimizers and losses
 * then compute the same function as in single precision, with more digits.
 */
class Float64Backend extends MathBackendCPU {
  /** Takes single-precision values from wherever they come, a buffer that was made of them included. */
  override write(...[values, shape, dtype]: Parameters<MathBackendCPU['write']>): object {
    return super.write(widen(values) as typeof values, shape, dtype satisfies DataType);
  }
}

removeBackend('cpu');
registerBackend('cpu', () => new Float64Backend());
setBackend('cpu');
