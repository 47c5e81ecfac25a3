// AssemblyScript, compiled by scripts/build/webassembly.ts: what runs inside the memory of the wasm backend. Every function
// is a leaf: it reads and writes what its addresses point at and owns neither static data nor a stack nor a heap.
// Addresses are bytes, sizes and positions elements of four bytes, images lie [batch, height, width, channels].
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
