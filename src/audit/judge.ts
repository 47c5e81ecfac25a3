import * as float64 from 'backproof/float64';
import { ThrownError } from '../gradcheck/errors.ts';
import {
  type ElementResult,
  type ExactOutcome,
  type GradcheckResult,
  type GradcheckSpec,
  gradcheck,
  type TF,
} from '../gradcheck/index.ts';
import { finiteOrNull } from '../numerics/finite.ts';
import type { AuditExact, CaseResult } from '../results/audit.ts';
import type { AuditMode } from '../results/auditNames.ts';
import type { AuditCase } from './case.ts';
import { agrees, truthOf } from './generate/screen.ts';
import { withGradientOf } from './gradientOf.ts';

/** Tolerances of single precision against finite differences; the error of a wrong gradient is much larger. */
const AGAINST_DIFFERENCES = { rtol: 1e-3, atol: 1e-3, exact: 'off' } as const;

/** Tolerances that replace those of float32. */
export interface Room {
  readonly rtol: number;
  readonly atol: number;
}

/** The results for a case in double precision: of finite differences, and of the exact check. */
export interface InDouble {
  readonly result: CaseResult;
  /** null if there is no gradient. */
  readonly exact: AuditExact | null;
}

const RIGHT: CaseResult = { verdict: 'right', worst: null, missing: null, message: null };

/**
 * Checks every element, and runs the exact check, only once: with the entries, which do not change gradients that are
 * right as shipped.
 */
export const judgeDouble =
  (mode: AuditMode, exactCheck: 'on' | 'off' = 'on') =>
  async (subject: AuditCase): Promise<InDouble> =>
    mode === 'plain' && truthOf(subject, 1) !== null
      ? { result: RIGHT, exact: null }
      : await judgeFloat64(subject, exactCheck);

/** Judges a case on the running float32 backend. */
export async function judgeSingle(
  subject: AuditCase,
  tf: TF,
  rightInDouble: boolean,
  room: Partial<Room> = {},
): Promise<CaseResult> {
  const truth = rightInDouble ? truthOf(subject, 1) : null;
  return truth !== null && agrees(subject, tf, truth)
    ? RIGHT
    : await judgeFloat32(subject, tf, rightInDouble, room);
}

/**
 * Checks autodiff of a case in double precision against finite differences of its forward, and decides it over finite
 * fields.
 */
export async function judgeFloat64(subject: AuditCase, exactCheck: 'on' | 'off' = 'on'): Promise<InDouble> {
  let checked: GradcheckResult | null = null;
  const result = await resultOf(async () => {
    checked = await gradcheck(specOf(subject), { exact: exactCheck });
    return checked;
  });
  const outcome = (checked as GradcheckResult | null)?.exact ?? null;
  const exact =
    outcome === null ? null : { verdict: outcome.verdict, cause: outcome.cause, bound: outcome.bound };
  if (result.verdict !== 'inconclusive') return { result, exact };
  if (outcome?.verdict === 'refuted') return { result: refuted(outcome), exact };
  // A gradient that depends on the last digits of its inputs looks like noise, so it is computed once and compared as a
  // constant.
  const held = await resultOf(() => gradcheck(withGradientOf(subject, float64), AGAINST_DIFFERENCES));
  return { result: held, exact };
}

/** The result if finite differences cannot tell, and the exact check can. */
function refuted({ elements }: ExactOutcome): CaseResult {
  const [first] = elements;
  const worst =
    first === undefined
      ? null
      : {
          input: first.input,
          index: [...first.index],
          came: finiteOrNull(first.autodiff),
          right: finiteOrNull(first.numeric),
        };
  return { verdict: 'wrong', worst, missing: null, message: 'refuted by the exact check' };
}

/**
 * Checks autodiff of a case on a float32 backend. If autodiff is right in double precision, that is the truth, up to
 * rounding. If not, the truth is finite differences in double precision: tfjs-core's gradient functions are the same on
 * every backend, and would agree with themselves.
 */
export async function judgeFloat32(
  subject: AuditCase,
  tf: TF,
  rightInDouble: boolean,
  room: Partial<Room> = {},
): Promise<CaseResult> {
  if (rightInDouble) {
    // Double precision was already checked, so one direction is enough.
    const again = { mode: 'directional', directions: 1 } as const;
    const result = await resultOf(() =>
      gradcheck(specOf(subject), { ...again, ...room, precision: 'float32', tf }),
    );
    if (result.verdict !== 'inconclusive') return result;
  }
  return resultOf(() => gradcheck(withGradientOf(subject, tf), { ...AGAINST_DIFFERENCES, ...room }));
}

const specOf = ({ op, inputs, forward }: AuditCase): GradcheckSpec => ({ name: op, inputs, forward });

async function resultOf(check: () => Promise<GradcheckResult>): Promise<CaseResult> {
  let result: GradcheckResult;
  try {
    result = await check();
  } catch (error) {
    if (!(error instanceof ThrownError)) throw error;
    // In single precision only: it was not refused in double precision.
    return refused(`forward: ${error.reason}`);
  }
  return verdictOf(result);
}

function refused(message: string, missing: CaseResult['missing'] = null): CaseResult {
  return { verdict: 'refused', worst: null, missing, message: oneLine(message) };
}

function verdictOf(result: GradcheckResult): CaseResult {
  const { inputs, status, stage, stages, unsupported, wrongOutput } = result;
  const measured = {
    worst: null,
    missing: null,
    message: null,
  };
  if (status === 'pass') return { ...measured, verdict: 'right' };
  if (status === 'inconclusive')
    return { ...measured, verdict: 'inconclusive', message: oneLine(result.message) };
  if (status === 'unsupported') return refused(unsupported!.reason, unsupported!.missing);
  const detail = stages.find((each) => each.stage === stage)?.detail ?? result.message;
  if (stage === 'names') return refused(detail);
  if (wrongOutput !== null) return { ...measured, verdict: 'wrong', worst: worstOf(null, wrongOutput) };
  const [name, input] = Object.entries(inputs).find(([, each]) => each.status === 'fail') ?? [];
  return input?.worst == null
    ? { ...measured, verdict: 'wrong', message: oneLine(detail) }
    : { ...measured, verdict: 'wrong', worst: worstOf(name!, input.worst) };
}

function worstOf(
  input: string | null,
  { index, yours, autodiff, numeric }: ElementResult,
): CaseResult['worst'] {
  const came = input === null ? yours : autodiff;
  return { input, index: [...index], came: finiteOrNull(came), right: finiteOrNull(numeric) };
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();
