import { describe, expect, it } from '@jest/globals';
import { IMAGE_PIXELS, IMAGE_SIDE } from '../../../src/notebook/data/images.ts';
import {
  concentration,
  look,
  patchAt,
  pixelsAt,
  shares,
  strongest,
} from '../../../src/notebook/inference/look.ts';
import { initialParameters } from '../../../src/notebook/model/parameters.ts';
import { decodeRun, embedRun } from '../../../src/report/embeddedRun.ts';
import { colorAt, inkOn, scaleOf, shapesOf } from '../../../src/report/parts/colors.ts';
import { digitNamed, likely } from '../../../src/report/parts/digits.ts';
import { blank, stroke } from '../../../src/report/sections/draw/brush.ts';
import { realRun } from '../../support/realRun.ts';

const sum = (values: Iterable<number>): number =>
  Array.from(values).reduce((total, value) => total + value, 0);

describe.each([1, 3, 5, 9, 15])('an image on its way through a kernel of %i', (kernelSize) => {
  const run = realRun({ kernelSize, epochs: 2 }).then((train) => decodeRun(embedRun(train)));

  it('has contributions that add up with the bias to the logit, and a patch behind every convOut', async () => {
    const { frames, images } = await run;
    const samples = images!.test;
    for (const { parameters } of frames) {
      for (const sample of [0, 1, samples.count - 1]) {
        const pixels = pixelsAt(samples, sample);
        const seen = look(parameters, pixels);
        expect(seen.side).toBe(17 - kernelSize);
        expect(seen.contributions).toHaveLength(seen.side ** 2);
        // Summed in the same order as in the forward pass, so bit-identical.
        expect(seen.contributions.reduce((total, value) => total + value, parameters.bias)).toBe(seen.logit);
        const { positive, negative } = shares(seen.contributions);
        expect(parameters.bias + positive.sum + negative.sum).toBeCloseTo(seen.logit, 9);
        for (const place of [0, seen.contributions.length - 1, strongest(seen.contributions)]) {
          const [row, column] = [Math.floor(place / seen.side), place % seen.side];
          const patch = patchAt(pixels, row, column, kernelSize);
          expect(sum(patch.map((pixel, tap) => pixel * parameters.kernel[tap]!))).toBe(seen.convOut[place]);
          expect(seen.reluOut[place]).toBe(Math.max(0, seen.convOut[place]!));
        }
      }
    }
  });
});

describe('what decides', () => {
  it('comes in halves from some of the places', async () => {
    const { frames, images } = decodeRun(embedRun(await realRun({ epochs: 3 })));
    const { half, places, silent } = concentration(frames.at(-1)!.parameters, images!.test);
    expect(places).toBe(144);
    expect(silent).toBeLessThan(images!.test.count);
    expect(half).toBeGreaterThan(0);
    expect(half).toBeLessThanOrEqual(72);
  });

  it('comes from nowhere where every ReLU is closed', () => {
    const { weight } = initialParameters(1, 5);
    const dead = { kernel: new Float64Array(25).fill(-1), weight, bias: 0.3 };
    const pixels = new Float32Array(IMAGE_PIXELS).fill(0.5);
    expect(concentration(dead, { count: 1, pixels, labels: Uint8Array.of(1), indices: [0] })).toEqual({
      half: 0,
      places: 144,
      silent: 1,
    });
    expect(look(dead, pixels).logit).toBe(0.3);
    expect(strongest(look(dead, pixels).contributions)).toBe(6 * 12 + 6);
  });
});

describe('the brush', () => {
  const at = (pixels: Float32Array, row: number, column: number): number =>
    pixels[row * IMAGE_SIDE + column]!;

  it('draws about two full pixels wide with soft edges, in greys that a file can hold', () => {
    const drawn = stroke(blank(), { x: 8, y: 2 }, { x: 8, y: 14 });
    expect([5, 6, 7, 8, 9, 10].map((column) => Math.round(100 * at(drawn, 8, column)))).toEqual([
      0, 30, 100, 100, 30, 0,
    ]);
    for (const pixel of drawn) expect(Math.fround(Math.round(255 * pixel) / 255)).toBe(pixel);
    expect(sum(blank())).toBe(0);
  });

  it('adds to what is there, and erases all of a stroke that it goes over', () => {
    const one = stroke(blank(), { x: 3, y: 3 }, { x: 3, y: 12 });
    const both = stroke(one, { x: 12, y: 3 }, { x: 12, y: 12 });
    expect(at(both, 8, 2)).toBe(1);
    expect(at(both, 8, 12)).toBe(1);
    const left = stroke(both, { x: 12, y: 3 }, { x: 12, y: 12 }, true);
    expect(left).toEqual(one);
    expect(at(left, 8, 2)).toBe(1);
    expect(at(left, 8, 12)).toBe(0);
    for (const pixel of left) expect(Math.fround(Math.round(255 * pixel) / 255)).toBe(pixel);
  });

  it('draws on its edges, and outside of the square nothing', () => {
    expect(at(stroke(blank(), { x: 0, y: 0 }, { x: 0, y: 0 }), 0, 0)).toBe(1);
    expect(sum(stroke(blank(), { x: -9, y: -9 }, { x: -9, y: 30 }))).toBe(0);
  });
});

describe('the colours of a map', () => {
  it('have zero in the middle where values have signs', () => {
    const values = Float64Array.of(-1, 0, 4, 2);
    const scale = scaleOf('signed', values);
    expect(scale).toMatchObject({ low: -4, high: 4 });
    expect(colorAt(scale, 0)).toBe('#f7f7f7');
    expect(colorAt(scale, 4)).toBe('#b2182b');
    expect(colorAt(scale, -4)).toBe('#2166ac');
    expect(colorAt(scaleOf('signed', new Float64Array(3)), 0)).toBe('#f7f7f7');
  });

  it('are viridis for sizes, and ink on paper for images', () => {
    const sizes = scaleOf('size', Float64Array.of(0, 2));
    expect([colorAt(sizes, 0), colorAt(sizes, 2)]).toEqual(['#440154', '#fde725']);
    const ink = scaleOf('ink', blank());
    expect([colorAt(ink, 0), colorAt(ink, 1)]).toEqual(['#ffffff', '#000000']);
  });

  it('leave a text on them a contrast of at least 4.5', () => {
    const luminance = (color: string): number => {
      const [r, g, b] = [1, 3, 5].map((from) => {
        const share = Number.parseInt(color.slice(from, from + 2), 16) / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
    };
    for (const name of ['ink', 'signed', 'size'] as const) {
      for (let value = -1; value <= 1; value += 1 / 64) {
        const color = colorAt({ name, low: -1, high: 1 }, value);
        const [dark, light] = [luminance(color), inkOn(color) === '#fff' ? 1 : 0].sort((a, b) => a - b);
        expect((light! + 0.05) / (dark! + 0.05)).toBeGreaterThanOrEqual(4.5);
      }
    }
  });

  it('cover every cell once', () => {
    const values = Float64Array.of(0, 0, 1, 0, 2, 2, 1, 1, 0);
    const { ground, paths } = shapesOf(values, 3, scaleOf('size', values));
    expect(ground).toBe('#440154');
    expect(paths.map(({ path }) => path)).toEqual(['M2 0h1v1h-1zM0 2h2v1h-2z', 'M1 1h2v1h-2z']);
  });
});

describe('words', () => {
  it('never call certain what is not', () => {
    expect([0, 1e-9, 0.25, 0.9999, 1].map(likely)).toEqual([
      '0.0%',
      'under 0.1%',
      '25.0%',
      'over 99.9%',
      '100.0%',
    ]);
    expect([1, 8].map(digitNamed)).toEqual(['a 1', 'an 8']);
  });
});
