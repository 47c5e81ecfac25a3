import * as float64 from 'backproof/float64';
import { type GradcheckResult, type GradcheckSpec, gradcheck, type TF } from '../gradcheck/index.ts';
import { finiteOrNull } from '../numerics/finite.ts';
import type { CaseResult } from '../results/audit.ts';
import type { AuditCase } from './case.ts';
import { withGradientOf } from './gradientOf.ts';

/** Tolerances of single precision against finite differences; a wrong gradient is off by far more. */
const AGAINST_DIFFERENCES = { rtol: 1e-3, atol: 1e-3, exact: 'off' } as const;

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
export async function judgeFloat32(subject: AuditCase, tf: TF, inDouble: CaseResult): Promise<CaseResult> {
  if (inDouble.verdict === 'right') {
    // Double precision was checked before: one direction, in place of every element.
    const again = { mode: 'directional', directions: 1 } as const;
    const result = await resultOf(() => gradcheck(specOf(subject), { ...again, precision: 'float32', tf }));
    if (result.verdict !== 'inconclusive') return result;
  }
  return resultOf(() => gradcheck(withGradientOf(subject, tf), AGAINST_DIFFERENCES));
}

const specOf = ({ title, inputs, forward }: AuditCase): GradcheckSpec => ({ name: title, inputs, forward });

async function resultOf(check: () => Promise<GradcheckResult>): Promise<CaseResult> {
  let result: GradcheckResult;
  try {
    result = await check();
  } catch (error) {
    // The forward threw, in single precision where it did not in double.
    return refused((error as Error).message);
  }
  return verdictOf(result);
}

const refused = (message: string): CaseResult => ({
  verdict: 'refused',
  worst: null,
  ulps: null,
  message: oneLine(message).replace(/^[\w.]+: forward threw: /, 'forward: '),
});

function verdictOf(result: GradcheckResult): CaseResult {
  const ulps = Math.max(0, ...Object.values(result.inputs).map(({ maxUlps }) => maxUlps ?? 0));
  const measured = result.precision === 'float32' ? ulps : null;
  if (result.status === 'pass') return { verdict: 'right', worst: null, ulps: measured, message: null };
  if (result.status === 'unsupported') return refused(detailOf(result));
  if (result.status === 'inconclusive')
    return { verdict: 'inconclusive', worst: null, ulps: measured, message: oneLine(result.message) };
  if (result.stage === 'names') return refused(detailOf(result));
  const wrong = Object.entries(result.inputs).find(([, { status }]) => status === 'fail');
  const element = wrong?.[1].worst;
  const worst =
    wrong === undefined || element == null
      ? null
      : {
          input: wrong[0],
          index: [...element.index],
          came: finiteOrNull(element.autodiff),
          right: finiteOrNull(element.numeric),
        };
  return { verdict: 'wrong', worst, ulps: measured, message: worst === null ? detailOf(result) : null };
}

/** The failed stage's line, else the error of TensorFlow.js. */
function detailOf({ stages, message }: GradcheckResult): string {
  const detail = stages.find(({ status }) => status === 'fail')?.detail ?? message.split('\n')[1] ?? message;
  return oneLine(detail.replace(/^\s*(TensorFlow\.js|tf autodiff): /, ''));
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();
