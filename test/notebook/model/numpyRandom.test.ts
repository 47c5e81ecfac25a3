import { describe, expect, it } from '@jest/globals';
import { NumpyRandom } from '../../../src/notebook/model/numpyRandom.ts';
import { initialParameters } from '../../../src/notebook/model/parameters.ts';

// Printed by NumPy 2.x: numpy.random.seed(s), then numpy.random.rand(3), or after a new seed numpy.random.randn(6).
const numpy = [
  {
    seed: 0,
    uniform: [0.5488135039273248, 0.7151893663724195, 0.6027633760716439],
    normal: [
      1.764052345967664, 0.4001572083672233, 0.9787379841057392, 2.240893199201458, 1.8675579901499675,
      -0.977277879876411,
    ],
  },
  {
    seed: 42,
    uniform: [0.3745401188473625, 0.9507143064099162, 0.7319939418114051],
    normal: [
      0.4967141530112327, -0.13826430117118466, 0.6476885381006925, 1.5230298564080254, -0.23415337472333597,
      -0.23413695694918055,
    ],
  },
  {
    seed: 4294967295,
    uniform: [0.0976320289940138, 0.9123828453026218, 0.78903530185164],
    normal: [
      0.6484086742306527, 0.6693235306338161, -1.0805437227474493, 0.2845010447986309, 0.11388773652167104,
      0.8676218937929382,
    ],
  },
];

/** The last bit of log and sqrt depends on the platform. */
const LAST_BITS = 4 * 2 ** -52;

describe("NumPy's legacy generator", () => {
  it.each(numpy)('seed $seed: uniforms bit for bit', ({ seed, uniform }) => {
    const random = new NumpyRandom(seed);
    expect(uniform.map(() => random.random())).toEqual(uniform);
  });

  it.each(numpy)('seed $seed: Gaussians to the last bit of log and sqrt', ({ seed, normal }) => {
    const random = new NumpyRandom(seed);
    for (const expected of normal) {
      expect(Math.abs(random.standardNormal() / expected - 1)).toBeLessThanOrEqual(LAST_BITS);
    }
  });

  it('holds beyond one block of 624 draws', () => {
    const random = new NumpyRandom(3);
    const drawn = Array.from({ length: 700 }, () => random.standardNormal());
    expect(drawn[650]).toBeCloseTo(0.21095977667459553, 14);
    expect(drawn[699]).toBeCloseTo(0.6808841173259014, 14);
  });

  it("starts the notebook's network: kernel before weight, bias 0", () => {
    const { kernel, weight, bias } = initialParameters(1, 5);
    expect(kernel[0]).toBeCloseTo(0.16243453636632418, 16);
    expect([kernel.length, weight.length, bias]).toEqual([25, 144, 0]);
    const random = new NumpyRandom(1);
    for (let i = 0; i < 25; i++) random.standardNormal();
    expect(weight[0]).toBe(random.standardNormal() * 0.1);
  });
});
