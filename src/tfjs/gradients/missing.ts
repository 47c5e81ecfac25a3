import type { KernelGradient } from './gradient.ts';
import { cumprod } from './missing/cumprod.ts';
import { stepFunctions } from './missing/stepFunctions.ts';

/** Gradients of kernels that have none in TensorFlow.js. */
export const missing = [...stepFunctions, cumprod] as const satisfies readonly KernelGradient[];
