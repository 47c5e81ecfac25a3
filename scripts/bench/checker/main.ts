// Compares the ways to check a gradient, each subject in its own process: node main.js NAME prints one as JSON.
import * as tf from 'backproof/float64';
import { Duals } from '../../../src/gradcheck/exact/index.ts';
import { tensorsOf } from '../../../src/gradcheck/exact/sides.ts';
import {
  type GradcheckOptions,
  type GradcheckSpec,
  gradcheck,
  type Tensor,
} from '../../../src/gradcheck/index.ts';
import { type Input, readInput } from '../../../src/gradcheck/spec/readInput.ts';
import { unequalEntries, uniformNumbers } from '../../../src/numerics/random.ts';
import { elementsOf, SUBJECTS, specOf } from './subjects.ts';

/** One element of the gradient is multiplied by 1 plus this. */
const ERRORS = [0, 5e-4, 1e-12] as const;

/** The results of one way on one subject, for the right gradient and for the wrong ones. */
export interface Row {
  readonly way: string;
  /** Processor time of the check of the right gradient. */
  readonly seconds: number;
  readonly forwards: number;
  /** Whether the time was extrapolated from a part of the elements. */
  readonly estimated: boolean;
  /** The verdicts on the right gradient, x 1.0005 and x (1 + 1e-12): accepted, refused, open; null: not run. */
  readonly said: readonly (string | null)[];
}

export interface Measured {
  readonly name: string;
  readonly elements: number;
  /** The peak memory of the process before and after the exact check, in bytes. */
  readonly memory: readonly [before: number, after: number];
  readonly rows: readonly Row[];
}

type Way = (spec: GradcheckSpec) => Promise<string>;

const seconds = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

const SAID = { pass: 'accepted', fail: 'refused', inconclusive: 'open', unsupported: 'open' } as const;
const by =
  (options: GradcheckOptions): Way =>
  async (spec) =>
    SAID[(await gradcheck(spec, options)).status];

const inputsOf = (inputs: NonNullable<GradcheckSpec['inputs']>): Input[] =>
  Object.entries(inputs).map(([name, given]) => readInput('bench', name, given));

/** <dy, J v> by dual numbers against <gradient(dy), v>, in one direction. */
const byDuals: Way = async ({ inputs = {}, forward }) => {
  const random = uniformNumbers(3);
  const read = inputsOf(inputs);
  const directions = Object.fromEntries(read.map(({ name, size }) => [name, unequalEntries(size, random)]));
  let [left, right, scale] = [0, 0, 0];
  tf.tidy(() => {
    const tensors = tensorsOf(tf, { inputs: read });
    const { shape, size } = forward(tf, tensors);
    const dy = unequalEntries(size, random);
    const derivative = new Duals(tf, { inputs: read, forward }, shape).derivative(directions);
    left = derivative.reduce((sum, each, k) => sum + each * dy[k]!, 0);
    const { grads } = tf
      .engine()
      .gradients(() => forward(tf, tensors), Object.values(tensors), tf.tensor(dy as never, shape), true);
    for (const [k, gradient] of grads.entries())
      for (const [at, g] of (gradient as Tensor).dataSync().entries()) {
        const term = g * directions[read[k]!.name]![at]!;
        right += term;
        scale += Math.abs(term);
      }
  });
  return Math.abs(left - right) > 1e-12 * scale ? 'refused' : 'accepted';
};

class Enough extends Error {}
const MOST_SECONDS = 4;
/** Up to this many elements, all are compared. */
const SMALL = 1000;

async function measured(subject: (typeof SUBJECTS)[number], way: string, run: Way): Promise<Row> {
  const said: (string | null)[] = [];
  let [spent, forwards] = [0, 0];
  for (const error of ERRORS) {
    const spec = specOf(subject, error, wrongElement);
    let calls = 0;
    const counted: GradcheckSpec = {
      ...spec,
      forward: (library, given) => {
        calls++;
        return spec.forward(library, given);
      },
    };
    const started = seconds();
    said.push(await run(counted));
    if (error === 0) [spent, forwards] = [seconds() - started, calls];
  }
  return { way, seconds: spent, forwards, estimated: false, said };
}

/** Checks every element; if that would take too long, it measures a part and extrapolates. */
async function measuredInFull(subject: (typeof SUBJECTS)[number]): Promise<Row> {
  const elements = elementsOf(subject);
  if (elements <= SMALL) return measured(subject, 'full', by({ exact: 'off' }));
  const started = seconds();
  const spec = specOf(subject);
  let [share, calls] = [0, 0];
  const counted: GradcheckSpec = {
    ...spec,
    forward: (library, given) => {
      calls++;
      return spec.forward(library, given);
    },
  };
  const onProgress = (done: number, total: number): void => {
    share = done / total;
    if (seconds() - started > MOST_SECONDS && done > 0) throw new Enough();
  };
  try {
    await gradcheck(counted, { exact: 'off', onProgress });
  } catch (error) {
    if (!(error instanceof Enough)) throw error;
  }
  const said = ERRORS.map(() => null);
  return {
    way: 'full',
    seconds: (seconds() - started) / share,
    forwards: Math.round(calls / share),
    estimated: share < 1,
    said,
  };
}

/** The first element from the middle on that has a gradient: behind a relu that is 0 there is nothing to catch. */
function elementWithGradient(subject: (typeof SUBJECTS)[number]): number {
  const { inputs = {}, forward } = specOf(subject);
  const gradient = tf.tidy(() => {
    const tensors = tensorsOf(tf, { inputs: inputsOf(inputs) });
    const gradientOf = tf.grad((x) => forward(tf, { ...tensors, [subject.wrong]: x }));
    return gradientOf(tensors[subject.wrong]!).dataSync();
  });
  return gradient.findIndex((g, flat) => flat >= gradient.length >> 1 && g !== 0);
}

const subject = SUBJECTS.find(({ name }) => name === process.argv[2]);
if (subject === undefined) throw new RangeError(`expected the name of a subject, got ${process.argv[2]}`);
await tf.ready();
const wrongElement = elementWithGradient(subject);
const before = process.resourceUsage().maxRSS * 1024;
const exact = await measured(subject, 'exact', by({ exact: 'only' }));
const after = process.resourceUsage().maxRSS * 1024;
const rows = [
  exact,
  await measured(subject, 'by default', by(elementsOf(subject) > SMALL ? { mode: 'sampled' } : {})),
  await measured(subject, 'dual numbers', byDuals),
  await measured(subject, 'sampled', by({ exact: 'off', mode: 'sampled' })),
  await measured(subject, 'directional', by({ exact: 'off', mode: 'directional' })),
  await measuredInFull(subject),
];
const result: Measured = { name: subject.name, elements: elementsOf(subject), memory: [before, after], rows };
process.stdout.write(`${JSON.stringify(result)}\n`);
