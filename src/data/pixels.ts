/** Greys 0..255 as torchvision's ToTensor has them: float32(pixel) / float32(255), rounded to float32. */
export function toPixels(bytes: Uint8Array): Float32Array {
  const pixels = new Float32Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) pixels[i] = bytes[i]! / 255;
  return pixels;
}
