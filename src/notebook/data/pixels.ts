/** Converts greys 0..255 as torchvision's ToTensor does: float32(pixel) / float32(255), rounded to float32. */
export function toPixels(bytes: Uint8Array): Float32Array {
  const pixels = new Float32Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) pixels[i] = bytes[i]! / 255;
  return pixels;
}

/** Converts pixels back to greys. */
export const toGreys = (pixels: Float32Array): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(pixels, (pixel) => Math.round(pixel * 255));
