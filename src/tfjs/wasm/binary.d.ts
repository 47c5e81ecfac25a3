/** WebAssembly that imports its memory, in base64. */
export declare const binary: string;
