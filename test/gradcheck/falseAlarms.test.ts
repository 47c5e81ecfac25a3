import { describe, expect, it } from '@jest/globals';
import { gradcheck } from '../../src/gradcheck/gradcheck.ts';
import { network, rightSpecs } from './specs.ts';

const SEEDS = Array.from({ length: 20 }, (_, seed) => seed);

describe('right gradients over 20 seeds', () => {
  for (const [name, spec] of Object.entries(rightSpecs)) {
    it(`${name}: no false alarm`, async () => {
      for (const seed of SEEDS) {
        const { status, message } = await gradcheck({ ...spec(seed), name }, { seed });
        expect(`seed ${seed}: ${status === 'pass' ? status : message}`).toBe(`seed ${seed}: pass`);
      }
    });
  }

  it('the network: kernel, weight and bias, no false alarm', async () => {
    for (const seed of SEEDS) {
      const { status, message, inputs } = await gradcheck(network(seed), { seed });
      expect(`seed ${seed}: ${status === 'pass' ? status : message}`).toBe(`seed ${seed}: pass`);
      expect(Object.values(inputs).reduce((sum, { checked }) => sum + checked, 0)).toBe(170);
    }
  });
});
