import { batchMatMul } from './batchMatMul.ts';
import { conv2D } from './conv2D.ts';
import { elementwise } from './elementwise.ts';
import type { Shortcut } from './shortcut.ts';

/** The shortcut of each kernel that has one. */
export const shortcuts = {
  Add: elementwise('addFloat32'),
  BatchMatMul: batchMatMul,
  Conv2D: conv2D,
  Multiply: elementwise('multiplyFloat32'),
  Sub: elementwise('subtractFloat32'),
} as Record<string, Shortcut<unknown, unknown>>;
