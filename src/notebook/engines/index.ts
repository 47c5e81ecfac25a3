import type { EngineName, Loss } from '../../results/shared.ts';
import type { TF } from '../../tfjs/types.ts';
import { autodiffGradients } from './autodiff.ts';
import type { Engine, Problem } from './engine.ts';
import { startFused } from './fused/index.ts';
import { manualStep } from './manual.ts';
import { startReference } from './reference.ts';
import { startTensorEngine } from './tensors.ts';

/** How an engine starts: on tf ops with a given TensorFlow.js, or without one. */
type EngineEntry =
  | { readonly runsOn: 'tf'; start(tf: TF, problem: Problem, loss: Loss): Engine }
  | { readonly runsOn: 'itself'; readonly by: string; start(problem: Problem): Engine };

/** All engines. */
export const engines = {
  manual: {
    runsOn: 'tf',
    start: (tf, problem) => startTensorEngine(tf, 'float32', problem, manualStep),
  },
  autodiff: {
    runsOn: 'tf',
    start: (tf, problem, loss) => startTensorEngine(tf, 'float32', problem, autodiffGradients(loss)),
  },
  reference: { runsOn: 'itself', by: 'plain loops', start: startReference },
  fused: { runsOn: 'itself', by: 'WebAssembly', start: startFused },
} as const satisfies Record<EngineName, EngineEntry>;
