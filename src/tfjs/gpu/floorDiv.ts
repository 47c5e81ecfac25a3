import { broadcast_util, type TensorInfo } from '@tensorflow/tfjs';
import type { Correction } from '../corrections.ts';
import type { GpuKernels } from './backend.ts';

/**
 * FloorDiv of webgl, which rounds both numbers to whole ones before it divides: floorDiv(5.6, -1.2) is -6 in place of -5.
 * Here it is the largest whole number that is not above a / b. The quotient may be off by a unit in the last place, and
 * so by one where it is whole, which the rest a - q * b shows.
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
