/** For a memory that belongs to one thread: WebAssembly, in base64. */
export declare const unshared: string;
/** For a memory that threads share. */
export declare const shared: string;
