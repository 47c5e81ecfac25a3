/**
 * TensorFlow.js in double precision: all of @tensorflow/tfjs on its cpu backend, computed in float64. It has its own
 * engine, so that it can run beside the float32 TensorFlow.js in the same program. The types are those of
 * @tensorflow/tfjs: the dtype reads 'float32', and where the types say Float32Array the array is a Float64Array.
 * Single-precision arrays are accepted and widened; weights are saved and loaded as float32, the file format;
 * memory().numBytes counts four bytes a number, as in float32. The wrong gradients of TensorFlow.js stay wrong.
 */
export * from '@tensorflow/tfjs';

/** The WebGL backend is not in this build: its names are exported as undefined. */
export declare const forceHalfFloat: never;
export declare const GPGPUContext: never;
export declare const gpgpu_util: never;
export declare const MathBackendWebGL: never;
export declare const setWebGLContext: never;
export declare const version_webgl: never;
export declare const webgl: never;
export declare const webgl_util: never;

/** In Node @tensorflow/tfjs is CommonJS and so has a default export: code that imports that one can import this one. */
declare const namespace: typeof import('@tensorflow/tfjs');
// biome-ignore lint/style/noDefaultExport: it stands in for a package that has one
export default namespace;
