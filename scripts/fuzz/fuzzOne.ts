import fc from 'fast-check';
import type {
  GradcheckOptions,
  GradcheckResult,
  GradcheckSpec,
  Tensor,
  TF,
} from '../../src/gradcheck/index.ts';
import { unequalEntries, uniformNumbers } from '../../src/numerics/random.ts';
import { functionsOf, printed, specOf } from './code.ts';
import { build, type Choices, choices, mixed, type OnStep } from './generate.ts';
import { emptyCase } from './nothing.ts';
import { FAMILIES } from './ops/index.ts';
import { type Plant, plantOf } from './plants.ts';
import { floats, makeLayers, type Program, type Scope, sizeOf } from './program.ts';
import { alongElement, bothGradients, changes, isSure, oneSided } from './truth.ts';

/** The checker on trial. */
export type Judge = (spec: GradcheckSpec, options: GradcheckOptions) => Promise<GradcheckResult>;

export type RightVerdict = 'passed' | 'inconclusive' | 'unsupported' | 'false alarm';
export type PlantedVerdict = 'caught' | 'inconclusive' | 'missed' | 'not counted' | 'not run';

/** What came of one function. */
export interface Outcome {
  readonly seed: number;
  readonly family: string;
  readonly right: RightVerdict;
  readonly planted: PlantedVerdict;
  /** The mistake's kind, or null where there was none. */
  readonly kind: string | null;
  readonly ops: readonly string[];
  /** Why, where something is not as it should be: one line. */
  readonly detail: string | null;
  /** The function as a file, where something is missed or falsely accused, or is inconclusive. */
  readonly file: string | null;
}

export interface Trial {
  readonly tf: TF;
  readonly judge: Judge;
  readonly shrink: boolean;
  /** The family of every function; without it, they take turns. */
  readonly family?: string | undefined;
  readonly onStep?: OnStep | undefined;
}

const ATTEMPTS = 50;
const MOST_SHRINKS = 400;

/** The function of a seed, right and with one mistake, before the judge. The same seed is the same function. */
export async function fuzzOne(seed: number, trial: Trial): Promise<Outcome> {
  const family = trial.family ?? familyOf(seed);
  const options = optionsOf(seed);
  if (family === 'empty') return emptyCase(seed, trial.judge);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const found = await tried(seed, mixed(mixed(seed) + attempt), family, options, trial);
    if (found !== null) return found;
  }
  throw new Error(`seed ${seed}: no function of family ${family} in ${ATTEMPTS} attempts`);
}

/** The families take turns; there is little to try where there is nothing to check. */
function familyOf(seed: number): string {
  const family = FAMILIES[seed % FAMILIES.length]!;
  return family === 'empty' && Math.floor(seed / FAMILIES.length) % 8 > 0 ? 'composition' : family;
}

/** Most checks are as by default; some sampled, directional, of order 2, or with subgradients. */
export function optionsOf(seed: number): GradcheckOptions {
  const base = { seed: 1 + ((mixed(seed ^ 0x5eed) >>> 1) % 1000) };
  const turn = Math.floor(mixed(seed ^ 0x0b7) >>> 1) % 20;
  if (turn === 0) return { ...base, mode: 'sampled' };
  if (turn === 1) return { ...base, mode: 'directional' };
  if (turn === 2) return { ...base, order: 2 };
  if (turn === 3) return { ...base, kinks: 'subgradient' };
  return base;
}

async function tried(
  seed: number,
  source: number,
  family: string,
  options: GradcheckOptions,
  trial: Trial,
): Promise<Outcome | null> {
  let first: Outcome | null | undefined;
  let smallest: Outcome | null = null;
  let runs = 0;
  const property = fc.asyncProperty(choices, async (drawn) => {
    if (runs++ > MOST_SHRINKS) return true;
    const outcome = await outcomeOf(seed, family, drawn, options, trial);
    if (first === undefined) first = outcome;
    if (first === null || outcome === null || signature(first) === null) return true;
    if (signature(outcome) !== signature(first)) return true;
    smallest = outcome;
    return false;
  });
  await fc.check(property, { seed: source, numRuns: 1, unbiased: true, endOnFailure: !trial.shrink });
  return smallest ?? first ?? null;
}

/** What shrinking must keep: the fault, and for one that the checker explains, the stage. */
function signature({ right, planted, detail }: Outcome): string | null {
  if (right === 'false alarm') return `alarm ${/^[^:]*/.exec(detail ?? '')?.[0]}`;
  return planted === 'missed' ? `missed ${/NaN/.test(detail ?? '')}` : null;
}

async function outcomeOf(
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
  // The dy of the checker, or one of our own where it never asked for a gradient.
  const dyOrOwn = (): Float64Array => dy ?? ownDy(program, options);
  // With a backward first: it is told the dy.
  let accused: Outcome | null = null;
  // With a backward first: it is told the dy. A false alarm without one is the shorter example.
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
    const judged = await verdictOf(judge, specOf(program, watched ?? functions), options);
    if (judged.status === 'pass') continue;
    const right = rightVerdict(judged.status);
    const alarm = right === 'false alarm';
    const own = alarm ? `; ${independent(tf, program, scope, dyOrOwn(), judged.result)}` : '';
    const title = `${right}, ${withBackward ? 'with the right backward' : 'autodiff'}`;
    const file = printed(form, options, `Seed ${seed}: ${title}`);
    const outcome = { ...base, right, detail: judged.detail + own, file };
    if (!alarm && accused === null) return outcome;
    if (alarm) accused = outcome;
  }
  if (accused !== null) return accused;
  const plant = plantOf(program, drawn.plant);
  if (plant === null) return { ...base, right: 'passed', planted: 'not counted', detail: null, file: null };
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
): Promise<Pick<Outcome, 'right' | 'planted' | 'kind' | 'detail' | 'file'>> {
  const form = { program, plant, withBackward: plant.side === 'yours' };
  const functions = functionsOf(tf, form, scope);
  const gradients = bothGradients(tf, program, scope, plant, functions, dy);
  const counted = changes(program, gradients, options.mode === 'directional');
  const kind = `${plant.kind}, ${plant.side}`;
  const common = { right: 'passed', kind, detail: null, file: null } as const;
  if (counted.length === 0) return { ...common, planted: 'not counted' };
  const judged = await verdictOf(judge, specOf(program, functions), options);
  if (judged.status === 'fail') return { ...common, planted: 'caught' };
  const title = `Seed ${seed}: ${judged.status === 'pass' ? 'missed' : judged.status}`;
  const file = printed(form, options, title);
  if (judged.status !== 'pass') return { ...common, planted: 'inconclusive', detail: judged.detail, file };
  const sure = counted.filter((change) => isSure(tf, program, scope, dy, change));
  const [worst] = sure.toSorted((a, b) => b.relative - a.relative);
  if (worst === undefined) return { ...common, planted: 'not counted' };
  const allowed = Object.values(judged.result?.inputs ?? {}).map(({ worst }) => worst?.tolerance.total);
  const detail = `${kind}: ${worst.input.name}[${worst.index}] is ${worst.planted}, right is ${worst.right}; allowed ${allowed.join(', ')}`;
  return { ...common, planted: 'missed', detail, file };
}

interface Judged {
  readonly status: GradcheckResult['status'] | 'threw';
  readonly detail: string;
  readonly result: GradcheckResult | null;
}

async function verdictOf(judge: Judge, spec: GradcheckSpec, options: GradcheckOptions): Promise<Judged> {
  try {
    const result = await judge(spec, options);
    const stage = result.stages.find(({ status }) => status === 'fail')?.detail;
    const why = stage ?? result.message.split('\n').slice(0, 3).join(' / ');
    const blamed = result.oddOneOut === null ? '' : `, ${result.oddOneOut} blamed`;
    return { status: result.status, detail: `${result.stage ?? result.status}${blamed}: ${why}`, result };
  } catch (error) {
    return {
      status: 'threw',
      detail: `threw: ${error instanceof Error ? error.message : error}`,
      result: null,
    };
  }
}

function rightVerdict(status: Judged['status']): RightVerdict {
  return status === 'inconclusive' || status === 'unsupported' ? status : 'false alarm';
}

/** What differences of our own say about the element that is called wrong: whether the accusation may be true. */
function independent(
  tf: TF,
  program: Program,
  scope: Scope,
  dy: Float64Array,
  result: GradcheckResult | null,
): string {
  for (const input of floats(program)) {
    const element = result?.inputs[input.name]?.failures[0];
    if (element === undefined) continue;
    const index = element.index.reduce((flat, at, axis) => flat * input.shape[axis]! + at, 0);
    const [below, above] = oneSided(alongElement(tf, program, scope, input, index), dy, 2 ** -22);
    const { yours, autodiff, numeric } = element;
    return `${input.name}[${index}]: yours ${yours}, autodiff ${autodiff}, numeric ${numeric}, one-sided ${below} and ${above}`;
  }
  return 'no element named';
}
