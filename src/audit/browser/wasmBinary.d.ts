// A WebAssembly file, whose bytes the build puts into the page.
declare module '*.wasm' {
  const bytes: Uint8Array<ArrayBuffer>;
  // biome-ignore lint/style/noDefaultExport: it is how esbuild hands a file on
  export default bytes;
}
