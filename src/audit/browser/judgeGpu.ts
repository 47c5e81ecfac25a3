import type { TF } from '../../gradcheck/index.ts';
import type { CaseResult } from '../../results/audit.ts';
import type { AuditCase } from '../case.ts';
import { judgeFloat32, judgeSingle } from '../judge.ts';
import { withReplayedReads } from './replayedReads.ts';

/**
 * The error allowed to a GPU, relative and absolute. Single precision: twice what WGSL allows its built-in functions,
 * which is 2^-11 for sin and cos, and 4,096 units in the last place, about the same, for atan (W3C, WebGPU Shading
 * Language, Floating Point Accuracy); GLSL guarantees less. Half precision, on phones whose textures hold no more: 32
 * roundings.
 */
const ROOM = { single: 2 ** -10, half: 2 ** -6 } as const;

/**
 * Autodiff of a case on the graphics card: right to the rounding of float32, as on every other backend, or else to the
 * error allowed to the GPU's functions.
 */
export async function judgeGpu(subject: AuditCase, tf: TF, rightInDouble: boolean): Promise<CaseResult> {
  const judge = async (): Promise<CaseResult> => {
    const exact = await judgeSingle(subject, tf, rightInDouble);
    if (exact.verdict === 'right' || exact.verdict === 'refused') return exact;
    const room = tf.backend().floatPrecision() === 16 ? ROOM.half : ROOM.single;
    const granted = await judgeFloat32(subject, tf, rightInDouble, { rtol: room, atol: room });
    return granted.verdict === 'right' ? granted : exact;
  };
  if (tf.getBackend() !== 'webgpu') return judge();
  const message = 'the values on the device are others in every run';
  return (
    (await withReplayedReads(tf, judge)) ?? {
      verdict: 'inconclusive',
      worst: null,
      missing: null,
      message,
    }
  );
}
