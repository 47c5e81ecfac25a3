/** WebAssembly for memory that belongs to one thread, in base64. */
export declare const unshared: string;
/** The same for memory shared between threads. */
export declare const shared: string;
