import { IMAGE_PIXELS, type Samples } from '../../src/notebook/data/images.ts';
import { toGreys } from '../../src/notebook/data/pixels.ts';
import { select, selectAll } from '../../src/notebook/data/select.ts';
import { syntheticDataset } from '../../src/notebook/data/synthetic.ts';
import { evaluate } from '../../src/notebook/engines/evaluate.ts';
import { checkpointEpochs, LOGIT_BINS } from '../../src/notebook/engines/history.ts';
import type { Chain } from '../../src/results/chain.ts';
import { type Agreement, type CompareResult, compareSchema, type Pair } from '../../src/results/compare.ts';
import type { HopName } from '../../src/results/hopNames.ts';
import type { Scatter } from '../../src/results/scatter.ts';
import type { Config, DataSummary, Provenance } from '../../src/results/shared.ts';
import { parameterNames } from '../../src/results/shared.ts';
import { type ImagesResult, type TrainResult, trainSchema } from '../../src/results/train.ts';

const upTo = <T>(length: number, make: (at: number) => T): T[] => Array.from({ length }, (_, at) => make(at));

/** A pseudo-random but deterministic number in [-1, 1]. */
const wobble = (at: number): number => Math.sin(12.9898 * (at + 1)) * Math.cos(4.1414 * at);

const config = (epochs: number): Config => ({
  seed: 1,
  positive: 1,
  negative: 8,
  perClass: 100,
  epochs,
  learningRate: 0.1,
  kernelSize: 5,
  engine: 'manual',
  loss: 'logits',
  backend: 'auto',
  data: 'auto',
});

const data = (source: DataSummary['source']): DataSummary => ({
  source,
  files:
    source === 'synthetic'
      ? []
      : [
          { name: 'usps.bz2', bytes: 6_579_383, sha256: 'a'.repeat(64) },
          { name: 'usps.t.bz2', bytes: 1_831_726, sha256: 'b'.repeat(64) },
        ],
  indices: upTo(200, (at) => 3 * at + 7),
  trainCount: 200,
  testCount: 430,
});

export const provenance = (): Provenance => ({
  version: '0.1.0',
  commit: '0123456',
  dirty: false,
  node: 'v20.19.0',
  tfjs: '4.22.0',
  backend: 'wasm',
  backendReason: 'the native addon is not built; wasm has every kernel that this run needs',
  platform: 'linux x64',
  cpu: 'Example CPU, 2 cores',
  startedAt: '2026-01-02T03:04:05.000Z',
  command: 'backproof run --seed 1 --positive 1 --negative 8 --per-class 100 --epochs 80 --learning-rate 0.1',
});

/** Settings of a made-up run. */
export type Story = { epochs?: number; source?: DataSummary['source']; dead?: boolean };

const digits = syntheticDataset();
const two = { positive: 1, negative: 8 };
const trainSamples = select(digits.train, { ...two, perClass: 100 });

/** As many images as USPS has of the two digits, each repeated several times. */
const testSamples = ((): Samples => {
  const some = selectAll(digits.test!, two);
  const at = upTo(430, (index) => index % some.count);
  return {
    count: at.length,
    pixels: Float32Array.from(
      at.flatMap((index) =>
        Array.from(some.pixels.subarray(index * IMAGE_PIXELS, (index + 1) * IMAGE_PIXELS)),
      ),
    ),
    labels: Uint8Array.from(at, (index) => some.labels[index]!),
    indices: at.map((index) => some.indices[index]!),
  };
})();

const images = ({ count, pixels, labels, indices }: Samples): ImagesResult => ({
  count,
  pixels: Buffer.from(toGreys(pixels)).toString('base64'),
  labels: Array.from(labels),
  indices: [...indices],
});

/** A train.json as a run with seed 1 would write it; with `dead`, as a run whose ReLUs died in epoch 3. */
export const trainResult = ({ epochs = 80, source = 'usps', dead = false }: Story = {}): TrainResult => {
  const kernel = upTo(5, (row) => upTo(5, (column) => 0.1 * wobble(5 * row + column)));
  const trained = kernel.map((row, y) =>
    row.map((value, x) => value + 0.9 * Math.sin(x - 2) * Math.cos(y - 1)),
  );
  const weight = upTo(144, (at) => 0.1 * wobble(at + 25));
  const ends = { kernel: Float64Array.from(trained.flat()), weight: Float64Array.from(weight), bias: -0.31 };
  const kept = [...checkpointEpochs(epochs)];
  return trainSchema.parse({
    schema: 'backproof/train/1',
    config: config(epochs),
    data: data(source),
    partial: null,
    initial: { kernel, weight, bias: 0 },
    losses: upTo(epochs, (at) => (dead ? 0.6953 + 0.003 / (at + 1) : 0.2491519 / (at + 1) ** 1.4)),
    parameters: { kernel: trained, weight, bias: -0.31 },
    kernelHistory: upTo(epochs + 1, (at) =>
      at === epochs ? trained.flat() : kernel.flat().map((value) => value * (1 + at / 40)),
    ),
    checkpoints: kept.map((epoch) => ({
      epoch,
      weight,
      bias: (-0.31 * epoch) / epochs,
      trainAccuracy: dead ? 0.5 : 1 - 0.3 / (epoch + 1),
      testAccuracy: dead ? 166 / 430 : 422 / 430 - 0.3 / (epoch + 1),
    })),
    logits: {
      from: LOGIT_BINS.from,
      width: LOGIT_BINS.width,
      counts: upTo(epochs, (at) =>
        upTo(LOGIT_BINS.count, (bin) => (bin === 34 + (at % 20) ? 180 : bin === 14 && at === 1 ? 20 : 0)),
      ),
    },
    images: { train: images(trainSamples), test: images(testSamples) },
    train: { accuracy: dead ? 0.5 : 1 },
    test: {
      count: 430,
      accuracy: dead ? 166 / 430 : 422 / 430,
      confusion: dead
        ? [
            [166, 0],
            [264, 0],
          ]
        : [
            [161, 5],
            [3, 261],
          ],
      auc: dead ? 0.5 : 0.9962,
      predictions: Array.from(evaluate(ends, testSamples).predictions),
    },
    diagnosis: {
      deadReluSince: dead ? Math.min(3, epochs) : null,
      stalledSince: dead ? Math.min(2, epochs) : null,
      activeFraction: upTo(epochs, (at) => (dead ? (at < 2 ? 0.2 / (at + 1) : 0) : 0.42 + 0.04 * wobble(at))),
      saturatedSteps: dead ? 0 : 3,
    },
    timing: { steps: 200 * epochs, seconds: 2.71, microsecondsPerStep: 169.4 },
    provenance: provenance(),
  });
};

const agreement = (size: number, steps: number, index: number[]): Agreement => ({
  steps,
  maxAbs: size,
  maxRel: 30 * size,
  minCosine: 1 - 2e-10,
  maxUlp: 11,
  maxOverAllowed: 0.41,
  failedSteps: 0,
  worst: { epoch: 2, sample: 41, index, left: 6.2412419, right: 6.2412419 + size, allowed: 3 * size },
});

const pair = (right: string, precision: Pair['precision'], steps: number): Pair => {
  const scale = precision === 'float32' ? 1 : 1e-9;
  return {
    left: 'manual',
    right,
    loss: 'logits',
    precision,
    parameters: {
      kernel: agreement(1.4e-6 * scale, steps, [2, 3]),
      weight: agreement(3.1e-7 * scale, steps, [17]),
      bias: agreement(6e-8 * scale, steps, []),
    },
    verdict: 'pass',
  };
};

const indexOf = {
  kernel: (at: number) => [at % 5, 4 - (at % 4)],
  weight: (at: number) => [at % 144],
  bias: () => [],
};

/** Points over many magnitudes, within the allowed difference. */
const scatter = (epochs: number): Scatter[] =>
  (['float32', 'float64'] as const).flatMap((precision) =>
    parameterNames.map((parameter) => ({
      precision,
      parameter,
      elements: 200 * epochs * { kernel: 25, weight: 144, bias: 1 }[parameter],
      equal: 100 * epochs,
      points: upTo(40, (at) => {
        const left = 10 ** (wobble(at) * 4 - 3) * (at % 2 === 0 ? 1 : -1);
        const allowed = (precision === 'float32' ? 2 ** -22 : 2 ** -51) * (Math.abs(left) + 0.5);
        return {
          epoch: 1 + (at % epochs),
          sample: at,
          index: indexOf[parameter](at),
          left,
          right: left + 0.4 * wobble(at + 5) * allowed,
          allowed,
        };
      }),
    })),
  );

const perHop = <Value>(of: (name: HopName, at: number) => Value): Record<HopName, Value> => ({
  dLogit: of('dLogit', 0),
  dWeight: of('dWeight', 1),
  dRelu: of('dRelu', 2),
  dKernel: of('dKernel', 3),
});

/** A correct chain, and the same with a mistake planted in its last hops. */
const chain = (precision: Chain['precision'], step: number, epochs: number): Chain => ({
  precision,
  epoch: 1 + Math.floor((step * (epochs - 1)) / 5),
  sample: 31 * step,
  reason: step === 1 ? 'saturated' : 'spread',
  label: step % 2,
  logit: 6 * wobble(step),
  open: 40 + step,
  hops: perHop((_, at) => {
    const allowed = (precision === 'float32' ? 3e-7 : 4e-16) * (at + 1);
    const share = 0.05 + 0.3 * Math.abs(wobble(4 * step + at));
    const reference = wobble(step + at);
    return {
      maxAbs: share * allowed,
      maxOverAllowed: share,
      worst: {
        index: at < 2 ? [at] : [at, 1],
        manual: reference + share * allowed,
        reference,
        allowed,
      },
    };
  }),
  maskDisagreements: 0,
  planted: [
    {
      name: 'missing ReLU mask',
      what: 'dRelu = dFlat',
      maxOverAllowed: perHop((_, at) => (at < 2 ? 0.1 : 3e6)),
      maskDisagreements: 144 - 40 - step,
    },
    {
      name: 'kernel gradient flipped',
      what: 'dKernel[4-a,4-b]: convolution in place of correlation',
      maxOverAllowed: perHop((_, at) => (at < 3 ? 0.1 : 2e5)),
      maskDisagreements: 0,
    },
  ],
});

const proved = (bound: number) => ({ verdict: 'proved', cause: null, bound }) as const;

/** A compare.json of a run whose gradients agree. */
export const compareResult = ({ epochs = 80, source = 'usps' }: Story = {}): CompareResult => {
  const steps = 200 * epochs;
  const sizes = (at: number, scale: number): Record<'kernel' | 'weight' | 'bias', number> => ({
    kernel: scale * Math.abs(wobble(at)),
    weight: scale * 0.3 * Math.abs(wobble(at + 7)),
    bias: at === 4 ? 0 : scale * 0.05 * Math.abs(wobble(at + 3)),
  });
  return compareSchema.parse({
    schema: 'backproof/compare/1',
    config: config(epochs),
    data: data(source),
    partial: null,
    provenance: { ...provenance(), command: 'backproof compare --seed 1' },
    verdict: 'pass',
    pairs: [
      pair('autodiff', 'float32', steps),
      pair('autodiff', 'float64', steps),
      pair('reference', 'float64', steps),
    ],
    finiteDifferences: upTo(6, (at) => ({
      epoch: 1 + Math.floor((at * (epochs - 1)) / 5),
      sample: 31 * at,
      reason: 'spread',
      logit: 6 * wobble(at),
      open: 40 + at,
      maxAbs: sizes(at, 1e-9),
      maxOverAllowed: sizes(at, 0.2),
      skipped: at % 3,
      verdict: 'pass',
      message: null,
    })),
    exact: {
      ...proved(2 ** -132),
      lanes: 17,
      degree: 291,
      patterns: 'all',
      wrong: [],
      trained: { ...proved(2 ** -132), backend: 'wasm', update: proved(2 ** -118) },
      update: proved(2 ** -118),
      logged: proved(2 ** -205),
    },
    scatter: scatter(epochs),
    chain: (['float32', 'float64'] as const).flatMap((precision) =>
      upTo(6, (step) => chain(precision, step, epochs)),
    ),
    selfTest: {
      verdict: 'pass',
      mode: 'full',
      mistakes: [
        {
          name: 'factor 2',
          layer: 'network',
          what: 'the kernel gradient times 2',
          caught: true,
          caughtSeeds: 1,
          by: 'numbers',
          screenSeeds: null,
          wrong: ['kernel'],
          worst: 'kernel[2,3,0,0]',
          looksLike: 'yours = 2 x numeric in all 25 elements: a factor 2 too much',
          milliseconds: 90,
        },
      ],
      correct: [{ layer: 'network', checks: 1, falseAlarms: 0, message: null, milliseconds: 80 }],
      checks: 1,
      falseAlarms: 0,
      seeds: 1,
      seconds: 0.2,
      from: 'this run',
      ranAt: '2026-01-02T03:04:05.000Z',
    },
    logged: {
      maxAbs: 6.24,
      maxRel: 1,
      firstStep: { epoch: 2, sample: 17, logit: -15.2 },
      largest: {
        epoch: 2,
        sample: 41,
        label: 1,
        logit: -17.87,
        dLogitManual: -1,
        dLogitLogged: -0.1483,
        kernelDifference: 6.24,
      },
      explainedSteps: 37,
      unexplainedSteps: 0,
      explanation:
        'The logged loss has 1e-7 inside its logarithms, so its gradient is the exact one times p / (p + 1e-7): it halves near logit -16.1 and vanishes beyond.',
    },
    perEpoch: upTo(epochs, (at) => ({
      epoch: at + 1,
      loss: 0.25 / (at + 1),
      maxAbs: sizes(at, 1.4e-6),
      maxOverAllowed: sizes(at, 0.4),
      loggedMaxAbs: at === 1 ? 6.24 : 1e-5,
      logitMin: -17.9,
      logitMax: 14.2,
    })),
    perEpochFloat64: upTo(epochs, (at) => ({
      epoch: at + 1,
      maxAbs: sizes(at, 2e-15),
      maxOverAllowed: sizes(at, 0.3),
    })),
    timing: { steps, seconds: 8.4 },
  });
};

/** The same with a wrong kernel gradient: only in its last hop, and a multiple of the allowed difference. */
export const disagreement = (): CompareResult => {
  const result = compareResult();
  const wrong = <Row extends { precision: string }>(row: Row, changed: Row): Row =>
    row.precision === 'float32' ? changed : row;
  const first = result.pairs[0]!;
  const agreed = first.parameters.kernel;
  const worst = { ...agreed.worst!, right: agreed.worst!.left! - 0.83 };
  const kernel = { ...agreed, maxAbs: 0.83, maxOverAllowed: 2.4e5, failedSteps: 15_980, worst };
  return compareSchema.parse({
    ...result,
    verdict: 'fail',
    pairs: [
      { ...first, verdict: 'fail', parameters: { ...first.parameters, kernel } },
      ...result.pairs.slice(1),
    ],
    scatter: result.scatter.map((some) =>
      some.parameter === 'kernel'
        ? wrong(some, { ...some, points: some.points.map((point) => ({ ...point, right: -point.left! })) })
        : some,
    ),
    chain: result.chain.map((one) =>
      wrong(one, {
        ...one,
        hops: { ...one.hops, dKernel: { ...one.hops.dKernel, maxAbs: 0.83, maxOverAllowed: 2.4e5 } },
      }),
    ),
    perEpoch: result.perEpoch.map((row) => ({
      ...row,
      maxOverAllowed: { ...row.maxOverAllowed, kernel: 2.4e5 / row.epoch },
    })),
  });
};
