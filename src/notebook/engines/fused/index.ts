import { sideOf } from '../../model/parameters.ts';
import type { Engine, Problem } from '../engine.ts';
import { FusedKernel, type FusedRun } from './kernel.ts';

/** The notebook's training in one WebAssembly call, in float32. */
export const startFused = ({ samples, parameters, learningRate }: Problem): Engine =>
  startOn(new FusedKernel(samples, sideOf(parameters.kernel)), { parameters, learningRate });

/** The same on a kernel with loaded images; ends that kernel's previous run. */
export function startOn(loaded: FusedKernel, run: FusedRun): Engine {
  let kernel: FusedKernel | null = loaded;
  kernel.begin(run);
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
