import * as float64 from 'backproof/float64';
import { ThrownError } from '../gradcheck/errors.ts';
import {
  type ElementResult,
  type GradcheckResult,
  type GradcheckSpec,
  gradcheck,
  type TF,
} from '../gradcheck/index.ts';
import { finiteOrNull } from '../numerics/finite.ts';
import type { CaseResult } from '../results/audit.ts';
import type { AuditCase } from './case.ts';
import { withGradientOf } from './gradientOf.ts';

/** Tolerances of single precision against finite differences; a wrong gradient is off by far more. */
const AGAINST_DIFFERENCES = { rtol: 1e-3, atol: 1e-3, exact: 'off' } as const;

/** Tolerances in place of those of float32. */
export interface Room {
  readonly rtol: number;
  readonly atol: number;
}

/** Autodiff of a case in double precision against finite differences of its forward. */
export async function judgeFloat64(subject: AuditCase): Promise<CaseResult> {
  const result = await resultOf(() => gradcheck(specOf(subject), { exact: 'off' }));
  // A gradient that follows the last places of its inputs reads as noise: it is held as it comes, once.
  if (result.verdict !== 'inconclusive') return result;
  return resultOf(() => gradcheck(withGradientOf(subject, float64), AGAINST_DIFFERENCES));
}

/**
 * Autodiff of a case on a float32 backend. Where autodiff is right in double precision it is the truth, to rounding;
 * where it is not, the truth is finite differences in double precision: tfjs-core's gradient functions are the same
 * everywhere, and would agree with themselves.
 */
export async function judgeFloat32(
  subject: AuditCase,
  tf: TF,
  inDouble: CaseResult,
  room: Partial<Room> = {},
): Promise<CaseResult> {
  if (inDouble.verdict === 'right') {
    // Double precision was checked before: one direction, in place of every element.
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
    // In single precision, where it did not in double.
    return refused(`forward: ${error.reason}`);
  }
  return verdictOf(result);
}

function refused(message: string, missing: CaseResult['missing'] = null): CaseResult {
  return { verdict: 'refused', worst: null, ulps: null, missing, message: oneLine(message) };
}

function verdictOf(result: GradcheckResult): CaseResult {
  const { inputs, status, stage, stages, unsupported, wrongOutput } = result;
  const ulps = Math.max(0, ...Object.values(inputs).map(({ maxUlps }) => maxUlps ?? 0));
  const measured = {
    worst: null,
    ulps: result.precision === 'float32' ? ulps : null,
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
