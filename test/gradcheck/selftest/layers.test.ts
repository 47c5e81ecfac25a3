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

const tensorsOf = (spec: GradcheckSpec): Record<string, Tensor> =>
  Object.fromEntries(
    Object.entries(spec.inputs!).map(([name, input]) => {
      const { values, shape } = input as { values: Float64Array; shape: number[] };
      return [name, tf.tensor(values as never, shape)];
    }),
  );

/** The gradients by the spec's backward and by autodiff of its forward, for a dy that is no constant. */
function bothOf(spec: GradcheckSpec) {
  const inputs = tensorsOf(spec);
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

const differs = ({ yours, right }: ReturnType<typeof bothOf>[number]): boolean => {
  if (String(yours.shape) !== String(right.shape)) return true;
  const [mine, truth] = [yours.dataSync(), right.dataSync()];
  return mine.some((value, at) => !(Math.abs(value - truth[at]!) < 1e-12));
};

/** The sum of the elements, each times its place counted from 1. */
const sumOf = (x: Tensor): number =>
  Array.from(x.dataSync()).reduce((before, value, at) => before + (at + 1) * value, 0);

/**
 * By NumPy, from the formulas of the layers and of what the mistakes do in place of them, at seed 1: that sum of the output,
 * and of each gradient that the mistake changes.
 */
const BY_NUMPY: Record<string, Record<string, Record<string, number>>> = {
  'dense + softmax cross-entropy': {
    forward: { out: 4.73397599 },
    'missing 1/batch': { x: 2.51202306, weight: 3.46689531, bias: 2.49484551 },
    'label not subtracted': { x: 3.70802867, weight: -1.4269706, bias: 1.56924041 },
    'bias not summed': { bias: 0.623711378 },
    'weight gradient transposed': { weight: 3.46689531 },
    'weight not transposed': { x: -3.05521624 },
    'first sample only': { x: -2.44555089 },
  },
  'dense + sigmoid + squared error': {
    forward: { out: 0.201259692 },
    "missing sigmoid'": { x: -0.225240664, weight: -1.02771138, bias: 0.410031272 },
    "sigmoid' of the prediction": { x: -0.0523679143, weight: -0.155921009, bias: 0.0832569114 },
    'missing factor 2 of the square': { x: -0.00154216829, weight: -0.0440362398, bias: 0.0315932398 },
    'bias summed over the wrong axis': { bias: 0.0449255554 },
  },
  'layer norm': {
    forward: { out: 63.0773503 },
    'dropped eps': { x: -12.8200088 },
    'mean taken for a constant': { x: -43.0674523 },
    'variance taken for a constant': { x: -16.5492599 },
    'gamma summed over the wrong axis': { gamma: 3.14059183 },
  },
  'batch mean + tanh': {
    forward: { out: 0.400215081 },
    'missing 1/batch': { x: -32.4884324 },
    "missing tanh'": { x: -11.9544659 },
  },
  'convolution with padding': {
    forward: { out: 105.210718 },
    'valid for same': { filter: 7.14845831 },
    'padding on one side only': { filter: -25.6709366 },
    'filter not turned': { x: -0.929760069 },
  },
  'depthwise convolution': {
    forward: { out: -56.8163829 },
    'one channel only': { filter: -9.23422257 },
    'channels in reverse': { filter: 11.4076095 },
    'channels added up': { x: -187.013153 },
  },
  GELU: {
    forward: { out: -0.363736184 },
    'derivative of the approximation': { x: 1.54079288 },
    'product rule half done': { x: 1.28404685 },
  },
};

it.each(testedLayers.map((each) => [each.layer, each] as const))(
  '%s is right, and each mistake is what it says',
  (layer, { correct, mistakes }) => {
    const { forward, ...expected } = BY_NUMPY[layer]!;
    const right = correct(1);
    expect(sumOf(right.forward(tf, tensorsOf(right)))).toBeCloseTo(forward!.out!, 6);
    expect(bothOf(right).filter(differs)).toEqual([]);
    expect(mistakes.map(({ name }) => name)).toEqual(Object.keys(expected));
    for (const { name, spec } of mistakes) {
      const changed = bothOf(spec(1)).filter(differs);
      expect({ name, inputs: changed.map((each) => each.name) }).toEqual({
        name,
        inputs: Object.keys(expected[name]!),
      });
      for (const each of changed) expect(sumOf(each.yours)).toBeCloseTo(expected[name]![each.name]!, 6);
    }
  },
);

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
