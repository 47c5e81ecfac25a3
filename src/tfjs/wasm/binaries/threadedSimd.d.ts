/**
 * The wasm backend's binary with SIMD and threads, and the version of @tensorflow/tfjs-backend-wasm that it comes from.
 * Made by the build.
 */
export declare const binary: Uint8Array<ArrayBuffer>;
export declare const version: string;
