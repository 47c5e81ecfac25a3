import { describe, expect, it } from '@jest/globals';
import type { WasmBackend } from '../../../src/tfjs/wasm/backend.ts';
import {
  agreement,
  product,
  runKernel,
  runKernel64,
  start,
  type Values,
  waves,
} from '../../support/kernels.ts';

const tf = await start('wasm');
const agrees = agreement(tf);

const flat = product({
  window: [
    { filterSize: [2, 2], strides: [2, 2] },
    { filterSize: [3, 3], strides: [1, 1] },
    { filterSize: [2, 3], strides: [2, 1] },
    { filterSize: [1, 2], strides: [3, 2] },
  ],
  pad: ['valid', 'same'],
  channels: [1, 3, 4, 9],
});

it.each(flat)('AvgPool and AvgPoolGrad are what double precision says: %j', ({ window, pad, channels }) => {
  const attributes = { ...window, pad };
  const input = waves([2, 7, 6, channels]);
  const [output] = runKernel64('AvgPool', { x: input }, attributes);
  agrees('AvgPool', { x: input }, attributes);
  agrees('AvgPoolGrad', { input, dy: waves(output!.shape, 0.5) }, attributes);
});

const deep = product({
  window: [
    { filterSize: [2, 2, 2], strides: [2, 2, 2] },
    { filterSize: [1, 3, 2], strides: [1, 2, 1] },
  ],
  pad: ['valid', 'same'],
  channels: [1, 5],
});

it.each(deep)('AvgPool3DGrad is what double precision says: %j', ({ window, pad, channels }) => {
  const attributes = { ...window, pad, dataFormat: 'NDHWC' };
  const input = waves([2, 3, 4, 5, channels]);
  const [output] = runKernel64('AvgPool3D', { x: input }, attributes);
  agrees('AvgPool3DGrad', { input, dy: waves(output!.shape, 0.5) }, attributes);
});

it('AvgPoolGrad divides by the elements inside the image', () => {
  const inputs = { input: waves([1, 2, 2, 1]), dy: { shape: [1, 1, 1, 1], values: [8] } };
  const attributes = { filterSize: [3, 3], strides: [3, 3], pad: 'same' };
  expect(runKernel(tf, 'AvgPoolGrad', inputs, attributes)[0]?.values).toEqual([2, 2, 2, 2]);
});

/** Of both signs, all negative, and below -2^53, where the shipped kernels of wasm and cpu find no maximum. */
const signs = {
  mixed: waves,
  negative: (shape: number[]): Values => ({
    shape,
    values: waves(shape).values.map((v) => Math.fround(v - 3)),
  }),
  huge: (shape: number[]): Values => ({
    shape,
    values: waves(shape).values.map((v) => Math.fround((v - 3) * 1e20)),
  }),
};
const dilated = product({
  sign: ['mixed', 'negative', 'huge'] as const,
  pad: ['valid', 'same'],
  strides: [1, 2],
  dilations: [1, 2],
  channels: [1, 3],
}).filter(({ strides, dilations }) => strides === 1 || dilations === 1);

describe.each(dilated)('dilation2d: %j', ({ sign, channels, ...attributes }) => {
  it('and its gradients are what double precision says', () => {
    const inputs = { x: signs[sign]([2, 5, 6, channels]), filter: waves([2, 3, channels], 2.2) };
    const [output] = runKernel64('Dilation2D', inputs, attributes);
    agrees('Dilation2D', inputs, attributes);
    const dy = waves(output!.shape, 0.5);
    agrees('Dilation2DBackpropInput', { ...inputs, dy }, attributes);
    agrees('Dilation2DBackpropFilter', { ...inputs, dy }, attributes);
    const [dx] = runKernel(tf, 'Dilation2DBackpropInput', { ...inputs, dy }, attributes);
    // Every window has a maximum, so no dy is lost.
    const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
    expect(sum(dx!.values)).toBeCloseTo(sum(dy.values), 4);
  });
});

it('dilation2d and its gradients write nothing at the addresses of results that they skip', () => {
  const { wasm } = tf.backend() as unknown as WasmBackend;
  // The last tap, which is not at 0, is that of every maximum.
  const filter = { shape: [2, 2, 1], values: [0, 0, 0, 9] };
  const inputs = { x: waves([1, 4, 4, 1]), filter, dy: waves([1, 3, 3, 1], 0.5) };
  for (const kernel of ['Dilation2D', 'Dilation2DBackpropInput', 'Dilation2DBackpropFilter']) {
    const lowest = wasm.HEAPU8.slice(0, 256);
    runKernel(tf, kernel, inputs, { strides: 1, pad: 'valid', dilations: 1 });
    expect(wasm.HEAPU8.slice(0, 256)).toEqual(lowest);
  }
});

it('dilation2d takes int32', () => {
  const x: Values = { shape: [1, 2, 2, 1], values: [-7, -9, -8, -2147483648], dtype: 'int32' };
  const filter: Values = { shape: [1, 2, 1], values: [0, 3], dtype: 'int32' };
  const attributes = { strides: 1, pad: 'valid', dilations: 1 };
  expect(runKernel(tf, 'Dilation2D', { x, filter }, attributes)[0]?.values).toEqual([-6, -8]);
  agrees('Dilation2D', { x, filter }, attributes);
});
