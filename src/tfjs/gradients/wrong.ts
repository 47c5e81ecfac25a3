import type { KernelGradient } from './gradient.ts';

/** Gradients in place of those that TensorFlow.js has wrong, or that refuse what their kernel computes. */
export const wrong = [] as const satisfies readonly KernelGradient[];
