/** The fused kernel, with its own memory: WebAssembly, in base64. */
export declare const binary: string;
