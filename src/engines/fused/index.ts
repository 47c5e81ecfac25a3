import type { Engine, Problem } from '../engine.ts';
import { FusedKernel } from './kernel.ts';

/** The notebook's training in one WebAssembly call, in float32. */
export function startFused({ samples, parameters, learningRate }: Problem): Engine {
  let kernel: FusedKernel | null = new FusedKernel(samples, Math.sqrt(parameters.kernel.length));
  kernel.begin({ parameters, learningRate });
  const running = (): FusedKernel => {
    if (!kernel) throw new Error('engine fused: expected an engine in use, got one that was disposed of');
    return kernel;
  };
  return {
    precision: 'float32',
    advance: (first, count) => running().advance(first, count),
    parameters: () => running().parameters(),
    evaluate: () => running().evaluate(),
    dispose() {
      kernel = null;
    },
  };
}
