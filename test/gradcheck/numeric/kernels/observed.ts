import { expect } from '@jest/globals';
import * as float64 from 'backproof/float64';
import { BranchObserver } from '../../../../src/gradcheck/numeric/kernels/branches.ts';
import type { Tensor, TF } from '../../../../src/gradcheck/types.ts';

export const tf: TF = float64;
export const observer = new BranchObserver(tf);

export type Given = { readonly shape: number[]; readonly values: number[] };
export type Run = (...inputs: never[]) => Tensor | Tensor[];
export const flat = (...values: number[]): Given => ({ shape: [values.length], values });
export const shaped = (shape: number[], values: number[]): Given => ({ shape, values });

/** The result of f for the inputs at the base point, recorded, and at others, with the branches of the first. */
export function observed(f: Run, base: Given[], moved: Given[]) {
  const before = tf.backend().numDataIds();
  const on = (given: Given[]) => () =>
    tf.tidy(() => {
      const made = f(...given.map(({ shape, values }) => tf.tensor(values, shape) as never));
      return [made]
        .flat()
        .map((tensor) => ({ shape: tensor.shape, values: [...tensor.dataSync()].map((value) => value + 0) }));
    });
  const { tape, result } = observer.record(on(base));
  const { tape: pieces } = observer.record(on(base), { onePiece: true });
  const same = observer.replay(tape, true, on(base));
  expect(same.result).toEqual(result);
  expect(same.flips).toEqual({ total: 0, kernels: {}, places: [], diverged: false });
  const { result: held, flips } = observer.replay(tape, true, on(moved));
  expect(tf.backend().numDataIds()).toBe(before);
  const branches = tape.calls.map((call) => [...call.branches].map((branch) => branch + 0));
  return { tape, pieces, branches, held, flips };
}
