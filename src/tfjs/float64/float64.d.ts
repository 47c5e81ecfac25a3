/**
 * TensorFlow.js in double precision: all of @tensorflow/tfjs on its cpu backend, computed in float64, with an
 * engine of its own, so that it lives beside the float32 TensorFlow.js of the same program. The types are those
 * of @tensorflow/tfjs: dtype reads 'float32', and where they say Float32Array the array is a Float64Array.
 * Single-precision arrays are accepted and widened; weights are saved and loaded as float32, the format of files;
 * memory().numBytes counts four bytes a number, as elsewhere. Gradients that TensorFlow.js has wrong stay wrong.
 */
export * from '@tensorflow/tfjs';

/** The WebGL backend is not in this build: its names are there, and are undefined. */
export declare const forceHalfFloat: never;
export declare const GPGPUContext: never;
export declare const gpgpu_util: never;
export declare const MathBackendWebGL: never;
export declare const setWebGLContext: never;
export declare const version_webgl: never;
export declare const webgl: never;
export declare const webgl_util: never;

/** Node gives @tensorflow/tfjs, which is CommonJS there, a default export: what imports that can import this. */
declare const namespace: typeof import('@tensorflow/tfjs');
// biome-ignore lint/style/noDefaultExport: it stands in for a package that has one
export default namespace;
