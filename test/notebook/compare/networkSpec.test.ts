import { describe, expect, it } from '@jest/globals';
import { gradcheck } from '../../../src/gradcheck/index.ts';
import { networkSpec } from '../../../src/notebook/compare/networkSpec.ts';
import { IMAGE_PIXELS } from '../../../src/notebook/data/images.ts';
import { layerBackwards } from '../../../src/notebook/model/network.ts';
import { initialParameters } from '../../../src/notebook/model/parameters.ts';
import { smallSamples } from '../../support/problem.ts';

const samples = smallSamples(2);
const sample = (index: number) => ({
  pixels: samples.pixels.slice(index * IMAGE_PIXELS, (index + 1) * IMAGE_PIXELS),
  label: samples.labels[index]!,
});

describe('the network as a spec', () => {
  it.each([0, 1])('passes a full check of all 170 gradients, label %d', async (index) => {
    const result = await gradcheck(networkSpec(sample(index), initialParameters(1, 5)));
    expect(result.status === 'pass' ? 'pass' : result.message).toBe('pass');
    expect(Object.values(result.inputs).map(({ checked }) => checked)).toEqual([25, 144, 1]);
  });

  it('takes a planted mistake, and is caught with it', async () => {
    const layers = { ...layerBackwards, relu: <T>(_tf: unknown, _convOut: T, dy: T): T => dy };
    const result = await gradcheck(networkSpec(sample(0), initialParameters(1, 5), 'no mask', layers));
    expect(result).toMatchObject({
      status: 'fail',
      oddOneOut: 'yours',
      inputs: { kernel: { status: 'fail' } },
    });
    expect(result.looksLike).toContain('the mask of Relu is missing');
  });

  it('finite differences agree to 1e-9 away from kinks', async () => {
    const { inputs } = await gradcheck(networkSpec(sample(1), initialParameters(3, 5)));
    for (const { worst } of Object.values(inputs)) expect(worst!.distance).toBeLessThan(1e-9);
  });
});
