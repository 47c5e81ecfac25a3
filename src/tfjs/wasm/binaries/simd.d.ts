/** The wasm backend's binary with SIMD, and the version of @tensorflow/tfjs-backend-wasm that it is of. The build makes it. */
export declare const binary: Uint8Array<ArrayBuffer>;
export declare const version: string;
