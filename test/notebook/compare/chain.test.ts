import { beforeAll, describe, expect, it } from '@jest/globals';
import * as float64 from 'backproof/float64';
import { followChains } from '../../../src/notebook/compare/chain.ts';
import { StepChooser } from '../../../src/notebook/compare/finiteDifferences.ts';
import { walk } from '../../../src/notebook/compare/walk.ts';
import { type LayerBackwards, layerBackwards } from '../../../src/notebook/model/network.ts';
import type { Precision } from '../../../src/numerics/ieee.ts';
import type { Chain } from '../../../src/results/chain.ts';
import { type HopName, hopNames } from '../../../src/results/hopNames.ts';
import { parameterNames } from '../../../src/results/shared.ts';
import { startBackend } from '../../../src/tfjs/backends.ts';
import type { TF } from '../../../src/tfjs/types.ts';
import { smallProblem } from '../../support/problem.ts';

let tf: TF;
beforeAll(async () => {
  tf = (await startBackend('cpu')).tf;
});

/** Walks a run and follows the chain at chosen steps. */
const followed = async (
  planted: Partial<LayerBackwards> = {},
  count = 20,
  { on = tf, precision = 'float32' as Precision } = {},
) => {
  const layers = { ...layerBackwards, ...planted };
  const problem = smallProblem(count);
  const chooser = new StepChooser(count);
  const onStep = chooser.note.bind(chooser);
  const walked = await walk({ tf: on, precision, ...problem, epochs: 1, layers, onStep });
  const before = on.memory().numTensors;
  const chain = followChains(on, precision, problem.samples, chooser.chosen(), layers);
  expect(on.memory().numTensors).toBe(before);
  return { ...walked, chain };
};

const firstWrong = (hops: Record<HopName, number>): HopName | undefined =>
  hopNames.find((name) => hops[name] > 1);

const sharesOf = ({ hops }: Chain): Record<HopName, number> => ({
  dLogit: hops.dLogit.maxOverAllowed,
  dWeight: hops.dWeight.maxOverAllowed,
  dRelu: hops.dRelu.maxOverAllowed,
  dKernel: hops.dKernel.maxOverAllowed,
});

const half: Partial<LayerBackwards> = {
  convolution: (tf, image, dy) => tf.mul(0.5, layerBackwards.convolution(tf, image, dy)),
};

describe('the chain of a backward pass', () => {
  it('stays within what rounding allows at every hop of the right one', async () => {
    const { chain } = await followed();
    expect(chain.length).toBeGreaterThanOrEqual(8);
    for (const one of chain) {
      expect(firstWrong(sharesOf(one))).toBeUndefined();
      expect(one.maskDisagreements).toBe(0);
      for (const name of hopNames) {
        const { maxAbs, worst } = one.hops[name];
        expect(Math.abs(worst.manual! - worst.reference!)).toBeLessThanOrEqual(maxAbs);
      }
    }
    expect(Math.max(...chain.map((one) => one.hops.dKernel.maxOverAllowed))).toBeGreaterThan(0);
  });

  it.each<Precision>(['float32', 'float64'])(
    'has the figures of the walk itself, in %s',
    async (precision) => {
      // With one step, its chain must agree with the run's pair with the reference.
      const { pairs, chain } = await followed(half, 1, {
        on: precision === 'float32' ? tf : float64,
        precision,
      });
      const pair = pairs[1]!;
      expect([pair.left, pair.right, pair.loss]).toEqual(['manual', 'reference', 'logits']);
      const hopOf = { weight: 'dWeight', bias: 'dLogit', kernel: 'dKernel' } as const;
      for (const parameter of parameterNames) {
        const { maxAbs, maxOverAllowed } = chain[0]!.hops[hopOf[parameter]];
        expect({ maxAbs, maxOverAllowed }).toEqual({
          maxAbs: pair.parameters[parameter].maxAbs,
          maxOverAllowed: pair.parameters[parameter].maxOverAllowed,
        });
      }
    },
  );

  it('goes wrong first where a mistake sits, and from there on', async () => {
    const { chain } = await followed();
    const found = (name: string) => {
      const planted = chain.map((one) => one.planted.find((mistake) => mistake.name === name)!);
      return new Set(planted.map(({ maxOverAllowed }) => firstWrong(maxOverAllowed)));
    };
    expect(found('y - p')).toEqual(new Set(['dLogit']));
    expect(found("sigmoid' once too often")).toEqual(new Set(['dLogit']));
    expect(found('missing ReLU mask')).toEqual(new Set(['dRelu']));
    expect(found('mask inverted')).toEqual(new Set(['dRelu']));
    expect(found('kernel gradient transposed')).toEqual(new Set(['dKernel']));
    expect(found('window off by one')).toEqual(new Set(['dKernel']));
    // Where a window sees no ink, its pre-activation is exactly 0, a kink: this mask passes the gradient there.
    expect(found('>= for > in the mask')).toEqual(new Set(['dRelu']));
    const masks = chain[0]!.planted.map(({ name, maskDisagreements }) => [name, maskDisagreements]);
    expect(Object.fromEntries(masks)).toMatchObject({
      'y - p': 0,
      'missing ReLU mask': 144 - chain[0]!.open,
      'mask inverted': 144,
    });
  });

  it.each<[string, HopName, Partial<LayerBackwards>]>([
    ['loss', 'dLogit', { loss: (tf, prediction, label) => tf.sub(label, prediction) }],
    [
      'dense',
      'dWeight',
      {
        dense: (tf, flatOut, weight, dLogit) => {
          const right = layerBackwards.dense(tf, flatOut, weight, dLogit);
          return { ...right, dWeight: tf.mul(2, right.dWeight) };
        },
      },
    ],
    ['ReLU', 'dRelu', { relu: (_tf, _convOut, dy) => dy }],
    ['convolution', 'dKernel', half],
  ])('shows a mistake of the walk’s own %s, at %s', async (_layer, hop, planted) => {
    const { chain, scatter } = await followed(planted);
    expect(firstWrong(sharesOf(chain[0]!))).toBe(hop);
    const over = scatter.flatMap(({ points }) =>
      points.filter(({ left, right, allowed }) => Math.abs(left! - right!) > allowed),
    );
    expect(over.length).toBeGreaterThan(20);
  });

  it('names the worst element of a hop, by its place in the kernel', async () => {
    const { chain } = await followed({
      convolution: (tf, image, dy) => {
        const right = layerBackwards.convolution(tf, image, dy);
        // Element 17 of 25, row by row: row 3, column 2.
        return tf.add(right, tf.reshape(tf.oneHot([17], 25, 1, 0, 'float32'), [5, 5, 1, 1]));
      },
    });
    const { maxAbs, worst } = chain[0]!.hops.dKernel;
    expect(worst.index).toEqual([3, 2]);
    expect(worst.manual! - worst.reference!).toBeCloseTo(1, 5);
    expect(maxAbs).toBeCloseTo(1, 5);
  });

  it('names the worst element of the others by its place in a row', async () => {
    const { chain } = await followed({
      dense: (tf, flatOut, weight, dLogit) => {
        const { dWeight, dBias, dFlat } = layerBackwards.dense(tf, flatOut, weight, dLogit);
        const off = tf.reshape(tf.oneHot([100], 144, 1, 0, 'float32'), [144, 1]);
        return { dWeight: tf.add(dWeight, off), dBias: tf.add(dBias, 1), dFlat };
      },
    });
    const { dLogit, dWeight } = chain[0]!.hops;
    expect([dLogit.worst.index, dWeight.worst.index]).toEqual([[1], [100]]);
  });

  it('names the first element where nothing differs, and blames no mask for a gradient that is 0', () => {
    // All ReLUs are open, and no output has a weight.
    const pixels = new Float32Array(256).fill(1);
    const samples = { count: 1, pixels, labels: Uint8Array.of(0), indices: [0] };
    const parameters = { kernel: new Float64Array(25).fill(1), weight: new Float64Array(144), bias: 0 };
    const place = { epoch: 1, sample: 0 };
    const step = { place, parameters, towardsLabel: 0, logit: 0, open: 144 };
    const [one] = followChains(float64, 'float64', samples, [{ step, reason: 'spread' }]);
    const nothing = { maxAbs: 0, maxOverAllowed: 0, worst: { index: [0, 0], manual: 0, reference: 0 } };
    expect(one!.hops.dRelu).toMatchObject(nothing);
    expect(one!.maskDisagreements).toBe(0);
  });

  it('names the first of elements that are equally bad', async () => {
    const planted: Partial<LayerBackwards> = {
      convolution: (tf, image, dy) => tf.div(layerBackwards.convolution(tf, image, dy), 0),
    };
    const { chain } = await followed(planted, 1);
    expect(chain[0]!.hops.dKernel.worst).toMatchObject({ index: [0, 0], manual: null });
  });
});
