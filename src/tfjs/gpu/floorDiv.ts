import { broadcast_util, type TensorInfo } from '@tensorflow/tfjs';
import type { Correction } from '../corrections.ts';
import type { GpuKernels } from './backend.ts';

/**
 * webgl's FloorDiv rounds both numbers to integers before it divides: floorDiv(5.6, -1.2) is -6 instead of -5. This one
 * returns the largest integer that is not above a / b. The quotient may be off by one unit in the last place, and so
 * the result by one where a / b is an integer; the remainder a - q * b shows that.
 */
export const floorDiv: Correction = (shipped) => (parameters) => {
  const { a, b } = parameters.inputs as { a: TensorInfo; b: TensorInfo };
  if (a.dtype !== 'float32' || b.dtype !== 'float32') return shipped(parameters);
  const outputShape = broadcast_util.assertAndGetBroadcastShape(a.shape, b.shape);
  const program = { variableNames: ['A', 'B'], outputShape, userCode };
  return (parameters.backend as GpuKernels).runWebGLProgram(program, [a, b], 'float32');
};

const userCode = `
  void main() {
    float a = getAAtOutCoords();
    float b = getBAtOutCoords();
    float q = floor(a / b);
    float rest = (a - q * b) * sign(b);
    if (rest >= abs(b) && b != 0.0) q += 1.0;
    if (rest < 0.0) q -= 1.0;
    setOutput(q);
  }`;
