/** The decoder core of unbzip2-stream; the package ships no types. */
declare module 'unbzip2-stream/lib/bzip2.js' {
  interface Bzip2Core {
    /** Reads the stream header; returns the block size in units of 100,000 bytes. */
    header(bits: (count: number | null) => number): number;
    /**
     * Decodes one block and passes on its bytes one by one; returns the running checksum of the stream, or null if the
     * end of the stream was read and its checksum is right.
     */
    decompress(
      bits: (count: number | null) => number,
      put: (byte: number) => void,
      work: Int32Array,
      workSize: number,
      streamChecksum: number,
    ): number | null;
  }
  const core: Bzip2Core;
  export = core;
}
