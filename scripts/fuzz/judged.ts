import {
  type ElementResult,
  GradcheckInputError,
  type GradcheckOptions,
  type GradcheckResult,
  type GradcheckSpec,
  type TF,
} from '../../src/gradcheck/index.ts';
import { accumulatedRounding } from '../../src/numerics/ieee.ts';
import { floats, type Program, type Scope } from './program.ts';
import { alongElement, naturalSize, oneSided } from './truth.ts';

/** The checker under test. */
export type Judge = (spec: GradcheckSpec, options: GradcheckOptions) => Promise<GradcheckResult>;

/** Its status; or that it refused the spec as not checkable; or that it threw. */
export interface Judged {
  readonly status: GradcheckResult['status'] | 'refused' | 'threw';
  /** A label of the reason, the same for all verdicts with the same reason. */
  readonly cause: string;
  readonly detail: string;
  readonly result: GradcheckResult | null;
}

export async function judgedBy(
  judge: Judge,
  spec: GradcheckSpec,
  options: GradcheckOptions,
): Promise<Judged> {
  try {
    const result = await judge(spec, options);
    const detail = result.stages.find(({ status }) => status === 'fail')?.detail;
    return {
      status: result.status,
      cause: causeOf(result),
      detail: detail ?? result.message.split('\n').slice(0, 3).join(' / '),
      result,
    };
  } catch (error) {
    const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    const status = error instanceof GradcheckInputError ? 'refused' : 'threw';
    return { status, cause: `${status}, ${text}`, detail: `${status}, ${text}`, result: null };
  }
}

const worstOf = ({ inputs }: GradcheckResult): ElementResult[] =>
  Object.values(inputs).flatMap(({ worst }) => worst ?? []);

function causeOf(result: GradcheckResult): string {
  const { status, stage, oddOneOut, order } = result;
  if (status === 'fail')
    return `${stage ?? 'no stage'} failed, ${oddOneOut === null ? 'nobody' : oddOneOut} blamed`;
  if (status === 'unsupported') return order === 2 ? 'no second derivative' : 'no gradient';
  const worst = worstOf(result);
  if (worst.some(({ tolerance }) => !Number.isFinite(tolerance.total))) return 'the tolerance is no number';
  if (status === 'pass') return worst.length === 0 ? 'nothing compared' : 'within the tolerance';
  return worst.find(({ note }) => note !== null)?.note ?? 'no element says why';
}

/** The tolerances of the worst elements, as text. */
export const allowedBy = (result: GradcheckResult | null): string =>
  result === null
    ? 'nothing'
    : worstOf(result)
        .map(({ tolerance }) => tolerance.total)
        .join(', ');

/** An element that the checker calls wrong, compared with our own differences. */
export interface Witnessed {
  readonly text: string;
  /** The verdict is true: TensorFlow.js's own gradient is wrong there. */
  readonly isTrue: boolean;
}

/**
 * Ops whose gradient in TensorFlow.js counts every tie: the max of copies of one number is differentiable, but its
 * gradient is wrong.
 */
const COUNTS_TIES = /tf\.(max|min)\(/;
/**
 * The relative differences below which a one-sided derivative agrees with the checker's, and above which a gradient is
 * wrong.
 */
const AGREES = 1e-4;
const WRONG = 1e-2;
/** The step of a one-sided derivative, relative to the element, and the roundings of an output, which it divides by. */
const STEP = 2 ** -22;
const ROUNDINGS = 16;

/**
 * Computes our own differences at the element that the checker calls wrong, to find out whether the verdict is true.
 */
export function witnessed(
  tf: TF,
  program: Program,
  scope: Scope,
  dy: Float64Array,
  result: GradcheckResult | null,
): Witnessed {
  for (const input of floats(program)) {
    const element = result?.inputs[input.name]?.failures[0];
    if (element === undefined) continue;
    const index = element.index.reduce((flat, at, axis) => flat * input.shape[axis]! + at, 0);
    const outputs = alongElement(tf, program, scope, input, index);
    const [below, above] = oneSided(outputs, dy, STEP);
    const rounding = (accumulatedRounding(ROUNDINGS, 'float64') * naturalSize(outputs, dy)) / STEP;
    const { yours, autodiff, numeric } = element;
    const near = (a: number | null, part: number): boolean =>
      a !== null && Math.abs(a - above) <= part * Math.abs(above) + rounding;
    return {
      text: `${input.name}[${index}]: yours ${yours}, autodiff ${autodiff}, numeric ${numeric}, one-sided ${below} and ${above}`,
      isTrue:
        program.statements.some(({ code }) => COUNTS_TIES.test(code)) &&
        near(below, AGREES) &&
        near(numeric, AGREES) &&
        !near(autodiff, WRONG),
    };
  }
  return { text: 'no element named', isTrue: false };
}
