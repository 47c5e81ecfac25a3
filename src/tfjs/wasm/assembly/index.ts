// The AssemblyScript functions, compiled by scripts/build/webassembly.ts, that run inside the memory of the wasm
// backend. Each only reads and writes the memory at its addresses: they have no static data, no stack and no heap.
// Addresses are in bytes, sizes and positions in elements of four bytes, images are [batch, height, width, channels].
export { averagePool } from './averagePool';
export { cropped, spread } from './borders';
export { convFilterGradient, convInputGradient, transposed } from './convolution';
export { depthwiseFilterGradient, depthwiseInputGradient } from './depthwise';
export { dilation2DFloat32, dilation2DInt32 } from './dilation2D';
export { addFloat32, multiplyFloat32, subtractFloat32 } from './elementwise';
export { maxPoolFloat32, maxPoolInt32, scatterAdd } from './maxPool';
export { oneTap } from './oneTap';
export { correlatePlane } from './plane';
export { segmentSumFloat32, segmentSumInt32 } from './segmentSum';
export { dotProduct, outerProduct } from './vectors';
