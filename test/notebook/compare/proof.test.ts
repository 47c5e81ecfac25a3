import { describe, expect, it } from '@jest/globals';
import * as float64 from 'backproof/float64';
import type { TF } from '../../../src/gradcheck/types.ts';
import { plantedInNetwork } from '../../../src/notebook/compare/layerMistakes.ts';
import { judgeProof, proveNetwork, proveNetworks } from '../../../src/notebook/compare/proof.ts';
import { type LayerBackwards, layerBackwards } from '../../../src/notebook/model/network.ts';
import { initialParameters } from '../../../src/notebook/model/parameters.ts';
import { startBackend } from '../../../src/tfjs/backends.ts';

const tf: TF = float64;
const SURE = 2 ** -100;
const right = layerBackwards;

/** The proof with some of the layers' backward passes replaced. */
const proofWith = (planted: Partial<LayerBackwards>, kernelSize = 5, seed = 1) =>
  proveNetwork(tf, initialParameters(seed, kernelSize), { seed, layers: { ...right, ...planted } });

/** The verdict, given a proof of the trained network. */
const verdicts = (exact: ReturnType<typeof proveNetwork>) => {
  const nothing = { verdict: 'proved', cause: null, bound: null } as const;
  const judged = judgeProof({ ...exact, trained: { ...nothing, backend: 'cpu', update: nothing } });
  return [judged.find(({ verdict }) => verdict === 'fail')?.verdict ?? 'pass', judged.at(-1)?.verdict];
};

/** dKernel with its first element changed by a fraction of itself. */
const moved = (part: number): Partial<LayerBackwards> => ({
  convolution: (library, image, dy) => {
    const dKernel = right.convolution(library, image, dy);
    const first = library.reshape(library.oneHot([0], dKernel.size, 1, 0, 'float32'), dKernel.shape);
    return library.add(dKernel, library.mul(dKernel, library.mul(first, part)));
  },
});

describe('the proof of the hand-written pass', () => {
  it.each([
    [1, 1],
    [2, 0],
    [5, 1],
    [5, 7],
    [9, 4_294_967_295],
    [15, 3],
    [16, 2],
  ])('holds for every pattern, below 2^-100: kernel side %d, seed %d', (kernelSize, seed) => {
    const before = tf.memory().numTensors;
    const exact = proofWith({}, kernelSize, seed);
    expect(tf.memory().numTensors).toBe(before);
    expect(exact).toMatchObject({ verdict: 'proved', cause: null, patterns: 'all', wrong: [] });
    for (const part of [exact, exact.update, exact.logged]) {
      expect([part.verdict, part.cause]).toEqual(['proved', null]);
      // The update of a 1x1 kernel, a sum over 256 places, has too high a degree for a bound.
      if (part === exact.update && kernelSize === 1) expect(part.bound).toBeNull();
      else expect(part.bound).toBeLessThan(SURE);
    }
    expect(verdicts(exact)).toEqual(['pass', 'pass']);
  });

  it('says the same again', () => {
    expect(proofWith({})).toEqual(proofWith({}));
  });

  // The mask `>=` differs from `>` only at a kink, where every slope from 0 to 1 is a subgradient.
  const mistakes = plantedInNetwork.filter(([name]) => name !== 'openAtZero');
  it.each(mistakes)('is refused to the mistake %s, and refuted', (_name, planted) => {
    const exact = proofWith(planted);
    expect([exact.verdict, exact.bound]).toEqual(['refuted', null]);
    expect(exact.patterns).toEqual({ seen: 1, proved: 0 });
    expect(exact.wrong.length).toBeGreaterThan(0);
    for (const { manual, autodiff } of exact.wrong) expect(manual).not.toBe(autodiff);
    expect(exact.update.verdict).not.toBe('proved');
    expect(exact.logged.verdict).toBe('proved');
    expect(verdicts(exact)).toEqual(['fail', 'pass']);
  });

  it.each([0, 1])('is refused to a loss that takes every label to be %d', (label) => {
    const exact = proofWith({ loss: (library, prediction) => library.sub(prediction, label) }, 15);
    expect([exact.verdict, exact.update.verdict]).toEqual(['refuted', 'refuted']);
  });

  it('is refused to an error far below rounding, with the element', () => {
    for (const part of [0.0005, 1e-12, 1e-18]) {
      const { verdict, wrong, update } = proofWith(moved(part));
      expect([part, verdict, update.verdict]).toEqual([part, 'refuted', 'refuted']);
      expect(wrong.map(({ parameter, index }) => [parameter, index])).toEqual([['kernel', [0, 0, 0, 0]]]);
    }
  });

  it('is not given for the pattern of one point: with a single ReLU, no mask is as good as one that is open', () => {
    for (const seed of [1, 2, 3, 4]) {
      const exact = proofWith({ relu: (_library, _convOut, dy) => dy }, 16, seed);
      expect(['refuted', 'not proved']).toContain(exact.verdict);
      expect(exact.bound).toBeNull();
      if (exact.verdict === 'not proved') expect(exact.patterns).toEqual({ seen: 1, proved: 1 });
    }
  });

  it('shows the first, label 1, of two labels that are refuted alike', () => {
    // 3 times the gradient for label 1, twice for label 0.
    const { wrong } = proofWith({
      loss: (library, prediction, label) =>
        library.mul(right.loss(library, prediction, label), library.add(label, 2)),
    });
    expect(wrong.length).toBeGreaterThan(0);
    for (const { manual, autodiff } of wrong) expect(manual! / autodiff!).toBeCloseTo(3, 12);
  });

  it('says why where there is nothing to compare', () => {
    const exact = proofWith({
      convolution: (library, image, dy) =>
        library.reshape(right.convolution(library, image, dy), [25]) as never,
    });
    expect(exact.verdict).toBe('cannot prove');
    expect(exact.cause).toMatch(/^gradient of kernel: expected shape \[5,5,1,1\], got \[25\]/);
    expect(exact.patterns).toEqual({ seen: 1, proved: 0 });
    const withoutOutput = proveNetwork(tf, { ...initialParameters(1, 5), weight: new Float64Array(9) });
    expect(withoutOutput).toMatchObject({ verdict: 'cannot prove', patterns: { seen: 0, proved: 0 } });
  });
});

describe('the proof of the network that trained', () => {
  it.each(['cpu', 'wasm'] as const)('holds on %s, in single precision', async (backend) => {
    const started = await startBackend(backend);
    const trained = { tf: started.tf, backend };
    const before = [tf, started.tf].map((each) => each.memory().numTensors);
    const exact = proveNetworks(tf, trained, initialParameters(1, 5));
    expect([tf, started.tf].map((each) => each.memory().numTensors)).toEqual(before);
    expect(exact.trained).toMatchObject({ backend, verdict: 'proved', update: { verdict: 'proved' } });
    expect(exact.trained.bound).toBeLessThan(SURE);
    expect(judgeProof(exact).every(({ verdict }) => verdict === 'pass')).toBe(true);
    const wrong = proveNetworks(tf, trained, initialParameters(1, 5), {
      layers: { ...right, ...moved(1e-18) },
    });
    // Single precision rounds 1 + 1e-18 to 1; exact arithmetic does not.
    expect(wrong.trained).toMatchObject({ verdict: 'refuted', update: { verdict: 'refuted' } });
    expect(judgeProof(wrong)[2]).toEqual({ verdict: 'fail' });
  });

  it('is that of its own kernels: a backend with a wrong gradient is refuted, the other network is proved', async () => {
    const { tf: single } = await startBackend('cpu');
    const gradient = single.getGradient('Conv2D');
    single.unregisterGradient('Conv2D');
    single.registerGradient({
      ...gradient,
      gradFunc: (dy, saved, attributes) => {
        const { filter, ...others } = gradient.gradFunc(dy, saved, attributes);
        return { ...others, filter: () => single.mul(2, filter!()) };
      },
    });
    try {
      const exact = proveNetworks(tf, { tf: single, backend: 'cpu' }, initialParameters(1, 5));
      expect([exact.verdict, exact.update.verdict]).toEqual(['proved', 'proved']);
      // The hand-written pass is right; the update does not use autodiff's gradient.
      expect([exact.trained.verdict, exact.trained.update.verdict]).toEqual(['proved', 'refuted']);
    } finally {
      single.unregisterGradient('Conv2D');
      single.registerGradient(gradient);
    }
  });
});
