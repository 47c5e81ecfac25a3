/**
 * Refuses images that lie [batch, channels, height, width], as the convolutions of the wasm backend do.
 *
 * @throws Error in their words
 */
export function channelsLast(kernelName: string, dataFormat: string): void {
  if (dataFormat === 'NCHW') {
    throw new Error(
      `wasm backend ${kernelName} does not support dataFormat:'channelsFirst'. Please use 'channelsLast'.`,
    );
  }
}
