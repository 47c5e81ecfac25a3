import { expect, it } from '@jest/globals';
import { toGreys, toPixels } from '../../../src/notebook/data/pixels.ts';

it('greys are pixels from 0 to 1 in float32, and come back from them', () => {
  const greys = Uint8Array.from({ length: 256 }, (_, grey) => grey);
  const pixels = toPixels(greys);
  expect([pixels[0], pixels[51], pixels[255]]).toEqual([0, Math.fround(0.2), 1]);
  expect(toGreys(pixels)).toEqual(greys);
});
