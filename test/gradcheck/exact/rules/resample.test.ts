import { describe, expect, it } from '@jest/globals';
import type { TensorInfo } from '@tensorflow/tfjs';
import { constantsOf } from '../../../../src/gradcheck/exact/constants.ts';
import { carry, type F, type Given } from '../carried.ts';
import { tf } from '../support.ts';

const PRIME = 1048343;
const residue = (x: number): number => ((x % PRIME) + PRIME) % PRIME;
const range = (count: number): number[] => Array.from({ length: count }, (_, k) => k);

/** Whole numbers, which are their own residues. */
const image: Given = {
  real: range(2 * 3 * 4 * 2).map((k) => ((k * k * 7) % 31) - 12),
  shape: [2, 3, 4, 2],
  p: range(2 * 3 * 4 * 2).map((k) => residue(((k * k * 7) % 31) - 12)),
};
/** Numbers that are no inputs. */
const still = (values: readonly number[], shape: readonly number[]): Given => ({
  real: values,
  shape,
  // 4, 8 and 16 divide all of them.
  p: values.map((x) => quotient(x * 64, 64)),
});
function quotient(top: number, bottom: number): number {
  let inverse = 1;
  let base = residue(bottom);
  for (let n = PRIME - 2; n > 0; n = Math.floor(n / 2)) {
    if (n % 2 === 1) inverse = Number((BigInt(inverse) * BigInt(base)) % BigInt(PRIME));
    base = Number((BigInt(base) * BigInt(base)) % BigInt(PRIME));
  }
  return Number((BigInt(residue(top)) * BigInt(inverse)) % BigInt(PRIME));
}

/** The residues beside the kernel are those of the numbers that it computes; returns the world they were made in. */
function agrees(inputs: Record<string, Given>, f: F) {
  const real = tf.tidy(() => {
    const tensors = Object.entries(inputs).map(([name, { real, shape }]) => [
      name,
      tf.tensor([...real], [...shape!]),
    ]);
    return Array.from(f(tf, Object.fromEntries(tensors)).dataSync());
  });
  const { out, world, lane } = carry(inputs, f, { prime: PRIME, exponents: false });
  expect(out.p).toEqual(real.map((y) => constantsOf(lane).of(y)[0]));
  return { out, world, real };
}

describe('an image that is moved', () => {
  const shifts = [-13.5, -9.25, -8, -5.5, -4, -3.75, -0.5, 0, 0.25, 1, 2.5, 3, 4.75, 6, 7.5, 11.25, 15];
  for (const mode of ['constant', 'nearest', 'wrap', 'reflect'] as const)
    for (const how of ['bilinear', 'nearest'] as const)
      it(`${mode}, ${how}: by any distance, along either axis`, () => {
        for (const [k, x] of shifts.entries()) {
          const y = shifts[(k * 5 + 3) % shifts.length]!;
          const move = (dx: number, dy: number): Given => still([1, 0, dx, 0, 1, dy, 0, 0], [1, 8]);
          for (const transforms of [move(x, 0), move(0, x), move(x, y)])
            agrees({ image, transforms }, (library, inputs) =>
              library.image.transform(inputs.image as never, inputs.transforms as never, how, mode, 5),
            );
        }
      });

  it('a single pixel, wherever it is moved', () => {
    const pixel: Given = { real: [5, 7], shape: [2, 1, 1, 1], p: [5, 7] };
    for (const mode of ['nearest', 'wrap', 'reflect'] as const)
      for (const x of [-1.25, 0, 0.25, 0.75, 2.25]) {
        const transforms = still([1, 0, x, 0, 1, x, 0, 0], [1, 8]);
        const move: F = (library, inputs) =>
          library.image.transform(inputs.image as never, inputs.transforms as never, 'bilinear', mode);
        expect(agrees({ image: pixel, transforms }, move).real).toEqual([5, 7]);
      }
  });

  it('has no rule less than a millionth of a pixel before the place where its mode turns', () => {
    const wrapped = (x: number) => () => {
      const transforms = { real: [1, 0, x, 0, 1, 0, 0, 0], shape: [1, 8], p: Array(8).fill(0) };
      return carry(
        { image, transforms },
        (library, inputs) =>
          library.image.transform(inputs.image as never, inputs.transforms as never, 'bilinear', 'wrap'),
        { prime: PRIME, exponents: false },
      );
    };
    expect(wrapped(-0.5e-6)).toThrow('Transform: no rule where wrap turns');
    expect(wrapped(-1.5e-6)).not.toThrow();
  });

  it('stretched, turned, and each image by its own projection', () => {
    const both = still([0.5, 0.25, 1, -0.25, 1, 0.5, 0, 0, 2, 0, -1, 0.5, 0.5, 0.25, 0, 0], [2, 8]);
    const one = still([0.5, 0, 0.25, 0, 2, -1, 0, 0], [1, 8]);
    for (const transforms of [both, one]) {
      const { world } = agrees({ image, transforms }, (library, inputs) =>
        library.image.transform(
          inputs.image as never,
          inputs.transforms as never,
          'bilinear',
          'constant',
          9,
          [2, 3],
        ),
      );
      // 2 images of 2 x 3 pixels with two channels
      expect(world.branches).toBe(24);
      expect(world.patterns.map(({ kernel, sides }) => [kernel, sides.length])).toEqual([
        ['Transform', 24],
        ['Transform', 24],
      ]);
    }
  });

  it('with a divisor, unless that is 0', () => {
    // The divisor is 1 + x, a power of two at the first two columns.
    const by = (g: number) => still([1, 0, 0.5, 0, 1, 0.25, g, 0], [1, 8]);
    const project: F = (library, inputs) =>
      library.image.transform(
        inputs.image as never,
        inputs.transforms as never,
        'bilinear',
        'constant',
        0,
        [2, 2],
      );
    agrees({ image, transforms: by(1) }, project);
    expect(() => carry({ image, transforms: by(-1) }, project, { prime: PRIME, exponents: false })).toThrow(
      /Transform (gives|: no rule at infinity)|no rule at infinity/,
    );
  });

  it('holds the neighbours only if the projection is an input, and counts pixels hit exactly', () => {
    const shifted: F = (library, { image, transforms }) =>
      library.image.transform(image as never, transforms as never, 'bilinear', 'constant', 0);
    // The rows lie on pixels, the columns between them or as well.
    for (const [x, kinks] of [
      [0.5, 48],
      [1, 96],
    ] as const) {
      const { world } = agrees({ image, transforms: still([1, 0, x, 0, 1, 1, 0, 0], [1, 8]) }, shifted);
      expect([world.branches, world.kinks]).toEqual([48, kinks]);
    }
    const constant: Given = { ...still([1, 0, 0.5, 0, 1, 1, 0, 0], [1, 8]), about: { constant: true } };
    const { world } = agrees({ image, transforms: constant }, shifted);
    expect([world.branches, world.kinks, world.patterns]).toEqual([0, 0, []]);
  });

  it('rotated, with a fill of one number', () => {
    for (const angle of [Math.PI / 2, Math.PI, 0.3])
      agrees({ image }, (library, { image }) =>
        library.image.rotateWithOffset(image as never, angle, 7, [0.5, 0.25]),
      );
    const several: F = (library, { image }) => library.image.rotateWithOffset(image as never, 1, [1, 2, 3]);
    expect(() => carry({ image }, several)).toThrow(
      'RotateWithOffset: no rule for a fill of several channels',
    );
  });
});

const crop =
  (method: 'bilinear' | 'nearest', size: [number, number], images = [0, 1, 1, 0, 1, 0], fill = -3): F =>
  (library, inputs) =>
    library.image.cropAndResize(
      inputs.image as never,
      inputs.boxes as never,
      library.tensor1d(images, 'int32'),
      size,
      method,
      fill,
    );

describe('crops', () => {
  const boxes = still(
    [
      ...[0, 0, 1, 1, 0.25, 0.5, 0.75, 1, 0.5, 0.25, 0.25, 1.5],
      ...[-0.5, 0, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0, 1, 1, 0],
    ],
    [6, 4],
  );
  for (const method of ['bilinear', 'nearest'] as const)
    it.each<[number, number]>([
      [3, 2],
      [2, 3],
      [1, 1],
      [1, 5],
      [5, 1],
    ])(`${method}, of %d x %d: from boxes inside and outside, turned around and empty`, (...size) => {
      agrees({ image, boxes }, crop(method, size));
    });

  it('are the fill just beyond the last pixels, and 0 where there is no such image', () => {
    // Rows up to 2, columns up to 3: a box at row 5/2, one at column 27/8
    const beyond = still([1.25, 0, 1.25, 1, 0, 1.125, 1, 1.125], [2, 4]);
    const fills = agrees({ image, boxes: beyond }, crop('bilinear', [2, 2], [0, 1])).real;
    expect(fills).toEqual(fills.map(() => -3));
    const none = crop('bilinear', [2, 2], [2], 0);
    const zeros = agrees({ image, boxes: still([0, 0, 1, 1], [1, 4]) }, none).real;
    expect(zeros).toEqual(zeros.map(() => 0));
  });

  it('hold their neighbours if the boxes are an input', () => {
    const { world } = agrees({ image, boxes }, crop('bilinear', [2, 2]));
    expect(world.branches).toBe(6 * 2 * 2 * 2);
    expect(world.patterns.map(({ kernel }) => kernel)).toEqual(['CropAndResize', 'CropAndResize']);
    expect(agrees({ image, boxes }, crop('nearest', [2, 2])).world.patterns).toEqual([]);
    const fixed = agrees({ image, boxes: { ...boxes, about: { constant: true } } }, crop('bilinear', [2, 2]));
    expect(fixed.world.branches).toBe(0);
  });
});

describe('the kernel, which the rule has to agree with', () => {
  /** The crop of a whole image by a kernel that adds something to its first pixel. */
  const plus = (image: Given, added: number) => () => {
    const config = tf.getKernel('CropAndResize', tf.getBackend());
    const { kernelFunc } = config;
    config.kernelFunc = (args) => {
      const out = kernelFunc(args) as TensorInfo;
      const values = args.backend as unknown as { data: { get(id: object): { values: Float64Array } } };
      values.data.get(out.dataId).values[0]! += added;
      return out;
    };
    const boxes = { ...still([0, 0, 1, 1], [1, 4]), about: { constant: true } };
    try {
      return carry({ image, boxes }, crop('bilinear', [3, 4], [0]), { prime: PRIME, exponents: false });
    } finally {
      config.kernelFunc = kernelFunc;
    }
  };

  it('to a billionth of its largest value, or of 1', () => {
    expect(Math.max(...image.real.slice(0, 24).map(Math.abs))).toBe(16);
    const black = { ...image, real: image.real.map(() => 0) };
    for (const added of [0.99, -0.99]) expect(plus(image, added * 16e-9)).not.toThrow();
    expect(plus(black, 1e-9)).not.toThrow();
    for (const [given, added] of [
      [image, 1.01 * 16e-9],
      [image, -1.01 * 16e-9],
      [image, 1],
      [black, 1.01e-9],
    ] as const)
      expect(plus(given, added)).toThrow('CropAndResize: the kernel computes something else');
  });
});
