// A file of WebAssembly, which the build puts into the page as its bytes.
declare module '*.wasm' {
  const bytes: Uint8Array<ArrayBuffer>;
  // biome-ignore lint/style/noDefaultExport: it is how esbuild hands a file on
  export default bytes;
}
