import { outputSide } from './parameters.ts';

/** The description of a mistake in the network's backward pass. */
export interface MistakeText {
  readonly name: string;
  /** The description for a kernel of the given side. */
  what(side: number): string;
}

/** The tap, row-major, whose gradient a mistake gets wrong: the one after the middle. */
export const wrongTap = (side: number): number => Math.min(Math.floor(side ** 2 / 2) + 1, side ** 2 - 1);

/** The output, row-major, whose weight gradient a mistake gets wrong. */
export const wrongOutput = (side: number): number => Math.floor((25 * outputSide(side) ** 2) / 36);

const isOff = (element: string): string => `${element} is 1.0005 times what it should be`;

/**
 * Mistakes that people make in this backward pass, ordered by their place in the network. The self-test plants them at
 * chosen points, and the page trains with them.
 */
export const backwardMistakes = {
  flippedLabel: { name: 'p - y with y flipped', what: () => 'dLogit = p - (1 - y)' },
  labelMinusPrediction: { name: 'y - p', what: () => 'dLogit = y - p' },
  sigmoidTwice: {
    name: "sigmoid' once too often",
    what: () => 'dLogit = (p - y) p (1 - p), which belongs to the squared error',
  },
  loggedLoss: {
    name: 'gradient of the logged loss',
    what: () => 'dLogit of the loss with 1e-7 in its logarithms, in place of p - y',
  },
  missingMask: { name: 'missing ReLU mask', what: () => 'dRelu = dFlat' },
  maskOfGradient: {
    name: 'mask on the wrong tensor',
    what: () => 'dRelu = dFlat where dFlat > 0, in place of convOut > 0',
  },
  invertedMask: { name: 'mask inverted', what: () => 'dRelu = dFlat where convOut <= 0' },
  openAtZero: { name: '>= for > in the mask', what: () => 'dRelu = dFlat where convOut >= 0' },
  updatedWeight: { name: 'updated weight', what: () => 'dFlat from the weight after its update' },
  staleWeight: {
    name: 'stale weight',
    what: () =>
      'dFlat from the weight of the step before, which had moved it by the gradient of another sample',
  },
  shiftedWindow: { name: 'window off by one', what: () => 'dKernel[a,b] from image[i+a+1, j+b]' },
  transposedKernel: {
    name: 'kernel gradient transposed',
    what: () => 'dKernel[b,a] in place of dKernel[a,b]',
  },
  flippedKernel: {
    name: 'kernel gradient flipped',
    what: (side) => `dKernel[${side - 1}-a,${side - 1}-b]: convolution in place of correlation`,
  },
  twice: { name: 'factor 2', what: () => 'dKernel is twice what it should be' },
  negated: { name: 'factor -1', what: () => 'dWeight has the wrong sign' },
  averaged: {
    name: 'factor 1/N',
    what: (side) => `dKernel is averaged over the ${outputSide(side) ** 2} places of the window, not summed`,
  },
  noBias: { name: 'no bias gradient', what: () => 'dBias = 0' },
  missingRow: {
    name: 'one row never computed',
    what: (side) => `the loop over the kernel ends one row early: dKernel[${side - 1},b] = 0`,
  },
  kernelElement: {
    name: 'one kernel element wrong by 0.05 %',
    what: (side) => isOff(`kernel[${Math.floor(wrongTap(side) / side)},${wrongTap(side) % side},0,0]`),
  },
  weightElement: {
    name: 'one weight element wrong by 0.05 %',
    what: (side) => isOff(`weight[${wrongOutput(side)},0]`),
  },
} as const satisfies Record<string, MistakeText>;
export type MistakeName = keyof typeof backwardMistakes;

/** With a kernel of side 1 these are not mistakes. */
const needWindow: ReadonlySet<MistakeName> = new Set(['transposedKernel', 'flippedKernel', 'openAtZero']);

/** The mistakes that make a difference with a kernel of the given side. */
export const mistakesFor = (side: number): MistakeName[] =>
  (Object.keys(backwardMistakes) as MistakeName[]).filter((name) => side > 1 || !needWindow.has(name));
