/** The fused kernel, with a memory of its own: WebAssembly, in base64. */
export declare const binary: string;
