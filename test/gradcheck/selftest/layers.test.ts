import { describe, expect, it } from '@jest/globals';
import * as float64 from 'backproof/float64';
import { formatSelfTest } from '../../../src/gradcheck/selftest/format.ts';
import { inputsFrom } from '../../../src/gradcheck/selftest/inputs.ts';
import { testedLayers } from '../../../src/gradcheck/selftest/selfTest.ts';
import type { GradcheckSpec, Tensor, TF } from '../../../src/gradcheck/types.ts';
import type { PlantedMistake, SelfTestResult } from '../../../src/results/selfTest.ts';

const tf = float64 as unknown as TF;

it('inputs are those of the seed', () => {
  // Mulberry32 from the state 6101 seed + 17: a magnitude of 0.5 to 1.5, and a sign.
  const one = inputsFrom(1).signed(3);
  // All of one sign: the first is turned.
  expect(Array.from(one.values)).toEqual([0.9217033081222326, -0.9998815339058638, -1.174176471075043]);
  expect(one.shape).toEqual([3]);
  const two = inputsFrom(2).positive(3, 1);
  expect(Array.from(two.values)).toEqual([1.4099001749418676, 0.5076353447511792, 0.6354988352395594]);
});

/** The gradients by the spec's backward and by autodiff of its forward, for a dy that is no constant. */
function bothOf(spec: GradcheckSpec) {
  const inputs = Object.fromEntries(
    Object.entries(spec.inputs!).map(([name, input]) => {
      const { values, shape } = input as { values: Float64Array; shape: number[] };
      return [name, tf.tensor(values as never, shape)];
    }),
  );
  const names = Object.keys(inputs);
  const forward = (...xs: Tensor[]) =>
    spec.forward(tf, Object.fromEntries(xs.map((x, at) => [names[at]!, x])));
  const { shape, size } = forward(...Object.values(inputs));
  const dy = tf.tensor(
    Array.from({ length: size }, (_, at) => Math.cos(at + 1)),
    shape,
  );
  const right = tf.grads(forward)(Object.values(inputs), dy);
  const yours = spec.backward!(tf, inputs, dy);
  return names.map((name, at) => ({ name, yours: yours[name]!, right: right[at]! }));
}

/** To ten decimals, and without a sign of 0. */
const rounded = (x: Tensor): Tensor => tf.add(tf.div(tf.round(tf.mul(x, 1e10)), 1e10), 0);

const differs = ({ yours, right }: ReturnType<typeof bothOf>[number]): boolean => {
  if (String(yours.shape) !== String(right.shape)) return true;
  const [mine, truth] = [yours.dataSync(), right.dataSync()];
  return mine.some((value, at) => !(Math.abs(value - truth[at]!) < 1e-12));
};

const X = ['x'];
const FILTER = ['filter'];
const DENSE = ['x', 'weight', 'bias'];

/** The gradients that each mistake changes. */
const CHANGED: Record<string, Record<string, string[]>> = {
  'dense + softmax cross-entropy': {
    'missing 1/batch': DENSE,
    'label not subtracted': DENSE,
    'bias not summed': ['bias'],
    'weight gradient transposed': ['weight'],
    'weight not transposed': X,
    'first sample only': X,
  },
  'dense + sigmoid + squared error': {
    "missing sigmoid'": DENSE,
    "sigmoid' of the prediction": DENSE,
    'missing factor 2 of the square': DENSE,
    'bias summed over the wrong axis': ['bias'],
  },
  'layer norm': {
    'dropped eps': X,
    'mean taken for a constant': X,
    'variance taken for a constant': X,
    'gamma summed over the wrong axis': ['gamma'],
  },
  'batch mean + tanh': { 'missing 1/batch': X, "missing tanh'": X },
  'convolution with padding': {
    'valid for same': FILTER,
    'padding on one side only': FILTER,
    'filter not turned': X,
  },
  'depthwise convolution': {
    'one channel only': FILTER,
    'channels in reverse': FILTER,
    'channels added up': X,
  },
  GELU: { 'derivative of the approximation': X, 'product rule half done': X },
};

it('each layer is right, and each mistake changes the gradients that it is about', () => {
  const changed = testedLayers.map(({ layer, correct, mistakes }) => {
    expect({ layer, wrong: bothOf(correct(1)).filter(differs) }).toEqual({ layer, wrong: [] });
    const rows = mistakes.map(({ name, spec }) => [
      name,
      bothOf(spec(1))
        .filter(differs)
        .map((each) => each.name),
    ]);
    return [layer, Object.fromEntries(rows)];
  });
  expect(Object.fromEntries(changed)).toEqual(CHANGED);
});

it('parts are what their mistakes say', () => {
  const wrongOf = (layer: string, mistake: string, input: string) => {
    const found = testedLayers.find((each) => each.layer === layer)!;
    const both = bothOf(found.mistakes.find(({ name }) => name === mistake)!.spec(1));
    const { yours, right } = both.find(({ name }) => name === input)!;
    return [yours, right].map((each) => rounded(each).arraySync()) as [number[][], number[][]];
  };
  const [first, ofX] = wrongOf('dense + softmax cross-entropy', 'first sample only', 'x');
  expect(first).toEqual(ofX.map((row, at) => row.map((value) => (at === 0 ? value : 0))));
  const [transposed, ofWeight] = wrongOf(
    'dense + softmax cross-entropy',
    'weight gradient transposed',
    'weight',
  );
  expect(transposed).toEqual(ofWeight.map((row, i) => row.map((_, j) => ofWeight[j]![i])));
  const channels = (filter: number[][]) =>
    (filter as unknown as number[][][][]).flat().map((each) => each.flat());
  const [last, ofFilter] = wrongOf('depthwise convolution', 'one channel only', 'filter').map(channels);
  expect(last).toEqual(ofFilter!.map(([a, b]) => [a, b, 0]));
  const [reversed] = wrongOf('depthwise convolution', 'channels in reverse', 'filter').map(channels);
  expect(reversed).toEqual(ofFilter!.map((each) => each.toReversed()));
});

describe('the table of a self-test', () => {
  const mistake: PlantedMistake = {
    name: 'twice',
    layer: 'dense',
    what: 'a factor 2',
    caught: true,
    caughtSeeds: 1,
    by: 'numbers',
    screenSeeds: 1,
    wrong: ['x'],
    worst: 'x[0]',
    looksLike: 'yours = 2 x numeric',
    milliseconds: 1,
  };
  const twin = { layer: 'dense', checks: 1, falseAlarms: 0, message: null, milliseconds: 1 };
  const result = (more: Partial<SelfTestResult>): SelfTestResult => ({
    verdict: 'pass',
    mode: 'full',
    mistakes: [mistake],
    correct: [twin],
    checks: 1,
    falseAlarms: 0,
    seeds: 1,
    seconds: 1.25,
    ...more,
  });
  const missed = {
    ...mistake,
    caught: false,
    caughtSeeds: 0,
    by: 'not caught',
    screenSeeds: 0,
    worst: null,
    looksLike: null,
  };

  it('of one seed says yes or no', () => {
    const alarm = { ...twin, falseAlarms: 1, message: 'Gradient check FAILED' };
    const mistakes = [mistake, missed, { ...mistake, screenSeeds: null }];
    const text = formatSelfTest(
      result({ verdict: 'fail', mistakes, correct: [twin, alarm], checks: 2, falseAlarms: 1 }),
    );
    expect(text.split('\n')).toEqual([
      'layer  planted mistake  caught  by          screen  worst element  looks like',
      'dense  twice            yes     numbers     yes     x[0]           yours = 2 x numeric',
      'dense  twice            NO      not caught  no      -              -',
      'dense  twice            yes     numbers     -       x[0]           yours = 2 x numeric',
      '',
      '2 of 3 planted mistakes caught (mode full, 1 seed)',
      '1 false alarms in 2 checks of 2 correct twins',
      'FALSE ALARM: dense: Gradient check FAILED',
      'self-test FAILED in 1.3 s',
    ]);
  });

  it('of several seeds counts them', () => {
    const partly = { ...missed, caughtSeeds: 1, screenSeeds: 2 };
    const lines = formatSelfTest(result({ mistakes: [partly], seeds: 2, seconds: 2 })).split('\n');
    expect(lines[1]).toBe('dense  twice            1 of 2  not caught  2 of 2  -              -');
    expect(lines.slice(3)).toEqual([
      '0 of 1 planted mistakes caught (mode full, 2 seeds)',
      '0 false alarms in 1 checks of 1 correct twins',
      'self-test passed in 2.0 s',
    ]);
  });
});
