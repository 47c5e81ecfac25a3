import type { GradcheckOptions, Tensor, TF } from '../../src/gradcheck/index.ts';
import { unequalEntries, uniformNumbers } from '../../src/numerics/random.ts';
import { sizeOf } from '../../src/numerics/shape.ts';
import { functionsOf, printed, specOf } from './code.ts';
import { build, type Choices, type OnStep } from './generate.ts';
import { allowedBy, type Judge, type Judged, judgedBy, witnessed } from './judged.ts';
import { type Plant, plantOf } from './plants.ts';
import { makeLayers, type Program, type Scope } from './program.ts';
import { bothGradients, changes, isSure } from './truth.ts';

export type RightVerdict = 'passed' | 'inconclusive' | 'unsupported' | 'tf.js wrong' | 'false alarm';
export type PlantedVerdict = 'caught' | 'inconclusive' | 'missed' | 'not counted' | 'not run';

/** The outcome of one function. */
export interface Outcome {
  readonly seed: number;
  readonly family: string;
  readonly right: RightVerdict;
  readonly planted: PlantedVerdict;
  /** The kind of the mistake, or null if there was none. */
  readonly kind: string | null;
  readonly ops: readonly string[];
  /** A label of the problem, for counting; null if there is none. */
  readonly cause: string | null;
  /** The reason for the problem, in one line. */
  readonly detail: string | null;
  /** The function as a file, if a mistake was missed, a false alarm raised, or the result is inconclusive. */
  readonly file: string | null;
}

export interface Trial {
  readonly tf: TF;
  readonly judge: Judge;
  readonly shrink: boolean;
  /** The family of every function; by default they take turns. */
  readonly family?: string | undefined;
  readonly onStep?: OnStep | undefined;
}

/** Judges the function that the choices make, correct and with one mistake; null if they make none. */
export async function outcomeOf(
  seed: number,
  family: string,
  drawn: Choices,
  options: GradcheckOptions,
  { tf, judge, onStep }: Trial,
): Promise<Outcome | null> {
  const program = build(tf, family, drawn, onStep);
  if (program === null) return null;
  const scope = makeLayers(tf, program.layers);
  const ops = program.statements.map(({ op }) => op);
  const base = { seed, family, ops, kind: null, planted: 'not run' as const };
  let dy: Float64Array | null = null;
  // The dy of the checker, or our own if it never asked for a gradient.
  const dyOrOwn = (): Float64Array => dy ?? ownDy(program, options);
  let accused: Outcome | null = null;
  // First with a backward, which receives the dy. A false alarm without a backward makes a shorter example.
  for (const withBackward of [true, false]) {
    const form = { program, plant: null, withBackward };
    const functions = functionsOf(tf, form, scope);
    const { backward } = functions;
    const watched = backward && {
      ...functions,
      backward: (tensorflow: TF, inputs: Record<string, Tensor>, upstream: Tensor) => {
        dy ??= Float64Array.from(upstream.dataSync());
        return backward(tensorflow, inputs, upstream);
      },
    };
    const judged = await judgedBy(judge, specOf(program, watched ?? functions), options);
    if (judged.status === 'pass') continue;
    const accusing = rightVerdict(judged.status) === 'false alarm';
    const own = accusing ? witnessed(tf, program, scope, dyOrOwn(), judged.result) : null;
    const right = own?.isTrue ? 'tf.js wrong' : rightVerdict(judged.status);
    const alarm = right === 'false alarm';
    const title = `${right}, ${withBackward ? 'with the right backward' : 'autodiff'}`;
    const file = printed(form, options, `Seed ${seed}: ${title}`);
    const { cause, detail } = judged;
    const outcome = { ...base, right, cause, detail: own === null ? detail : `${detail}; ${own.text}`, file };
    if (!alarm && accused === null) return outcome;
    if (alarm) accused = outcome;
  }
  if (accused !== null) return accused;
  const plant = plantOf(program, drawn.plant);
  if (plant === null)
    return { ...base, right: 'passed', planted: 'not counted', cause: null, detail: null, file: null };
  return {
    ...base,
    ...(await plantedOutcome(program, plant, dyOrOwn(), scope, options, seed, { tf, judge })),
  };
}

function ownDy({ statements, output }: Program, { seed }: GradcheckOptions): Float64Array {
  const { shape } = statements.find(({ name }) => name === output)!;
  return unequalEntries(sizeOf(shape), uniformNumbers(seed ?? 1));
}

async function plantedOutcome(
  program: Program,
  plant: Plant,
  dy: Float64Array,
  scope: Scope,
  options: GradcheckOptions,
  seed: number,
  { tf, judge }: Pick<Trial, 'tf' | 'judge'>,
): Promise<Pick<Outcome, 'right' | 'planted' | 'kind' | 'cause' | 'detail' | 'file'>> {
  const form = { program, plant, withBackward: plant.side === 'yours' };
  const functions = functionsOf(tf, form, scope);
  const gradients = bothGradients(tf, program, scope, plant, functions, dy);
  const counted = changes(program, gradients, options.mode === 'directional');
  const kind = `${plant.kind}, ${plant.side}`;
  const common = { right: 'passed', kind, cause: null, detail: null, file: null } as const;
  if (counted.length === 0) return { ...common, planted: 'not counted' };
  const judged = await judgedBy(judge, specOf(program, functions), options);
  if (judged.status === 'fail') return { ...common, planted: 'caught' };
  const { status, cause } = judged;
  const file = printed(form, options, `Seed ${seed}: ${status === 'pass' ? 'missed' : status}`);
  // A checker that throws has not caught the mistake.
  if (status === 'threw' || status === 'refused')
    return { ...common, planted: 'missed', cause, detail: judged.detail, file };
  if (status !== 'pass') return { ...common, planted: 'inconclusive', cause, detail: judged.detail, file };
  const sure = counted.filter((change) => isSure(tf, program, scope, dy, change));
  const [worst] = sure.toSorted((a, b) => b.relative - a.relative);
  if (worst === undefined) return { ...common, planted: 'not counted' };
  const element = `${worst.input.name}[${worst.index}] is ${worst.planted}, right is ${worst.right}`;
  const detail = `${kind}: ${element}; allowed ${allowedBy(judged.result)}`;
  return { ...common, planted: 'missed', cause, detail, file };
}

const rightVerdict = (status: Judged['status']): RightVerdict =>
  status === 'inconclusive' || status === 'unsupported' ? status : 'false alarm';
