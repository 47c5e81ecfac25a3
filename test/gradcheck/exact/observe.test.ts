import { describe, expect, it } from '@jest/globals';
import type { KernelBackend } from '@tensorflow/tfjs';
import type { Rule } from '../../../src/gradcheck/exact/call.ts';
import { Entry } from '../../../src/gradcheck/exact/entry.ts';
import { Lane } from '../../../src/gradcheck/exact/lane.ts';
import { observe } from '../../../src/gradcheck/exact/observe.ts';
import { RULES } from '../../../src/gradcheck/exact/rules/index.ts';
import { CannotProve, World } from '../../../src/gradcheck/exact/world.ts';
import type { Tensor, TF } from '../../../src/gradcheck/types.ts';
import { entryOf, P } from './carried.ts';
import { tf } from './support.ts';

/** Runs f on [0.5, 2], which depends on an input. */
function following<Result>(f: (tf: TF, x: Tensor) => Result, change: (own: Entry) => Entry = (own) => own) {
  const world = new World(tf, [new Lane(P, 1)], { exponents: false, free: false });
  const x = tf.tensor([0.5, 2]);
  world.set(x, change(entryOf(world, { real: [0.5, 2], p: [3, 4], t: [1, 1] })));
  try {
    return { world, result: observe(world, () => f(tf, x)) };
  } finally {
    x.dispose();
  }
}
const isRestored = () => {
  const engine = tf.engine() as unknown as Record<string, unknown>;
  return !Object.hasOwn(engine, 'readSync') && !Object.hasOwn(engine, 'read');
};

describe('the kernels beside their rules', () => {
  it('are the same before and afterwards, whatever happens', () => {
    const kernels = () => tf.getKernelsForBackend('cpu').map(({ kernelFunc }) => kernelFunc);
    const before = kernels();
    following((tf, x) => tf.square(x).dispose());
    const own = new Error('of the code');
    expect(() =>
      following(() => {
        throw own;
      }),
    ).toThrow(own);
    expect([kernels().every((each, k) => each === before[k]), isRestored()]).toEqual([true, true]);
  });

  it('run on after a failure, which is told even if the code catches errors', () => {
    let ran = 0;
    const reading = (tf: TF, x: Tensor): void => {
      try {
        expect(tf.square(x).dataSync()[1]).toBe(4);
      } catch {}
      ran++;
    };
    expect(() => tf.tidy(() => void following(reading))).toThrow(
      'a value that depends on the inputs is read back',
    );
    expect(ran).toBe(1);
    expect(() =>
      tf.tidy(() => {
        following((tf, x) => {
          tf.square(x).dataSync();
          throw new Error('a later one');
        });
      }),
    ).toThrow('a value that depends on the inputs is read back');
    expect(() => tf.tidy(() => void following((tf, x) => void tf.square(x).data()))).toThrow(CannotProve);
  });

  it('hold a decision that is read back, and let constants be read', () => {
    tf.tidy(() => {
      const { world, result } = following((tf, x) => [
        ...Array.from(tf.greater(x, 1).dataSync()),
        ...Array.from(tf.argMax(x).dataSync()),
        ...Array.from(tf.square(tf.tensor([3])).dataSync()),
      ]);
      expect(result).toEqual([0, 1, 1, 9]);
      // Two comparisons and their reading, one argMax and its reading
      expect(world.branches).toBe(5);
    });
  });

  it('name a fault of ours, the kernel and values that are not finite', () => {
    const broken = (own: Entry) => new Entry(own.world, own.size, [], own.about);
    expect(() => tf.tidy(() => void following((tf, x) => tf.square(x), broken))).toThrow(
      /^a fault of ours in the rule of Square: Cannot /,
    );
    expect(() => tf.tidy(() => void following((tf, x) => tf.log(tf.sub(x, 0.5))))).toThrow(
      'Log gives -Infinity',
    );
    expect(() => tf.tidy(() => void following((tf) => tf.log(tf.tensor([0]))))).not.toThrow();
  });

  it('name a kernel or a rule that gives too many values, or too few', () => {
    const config = tf.getKernel('Square', tf.getBackend());
    const { kernelFunc } = config;
    config.kernelFunc = ({ backend }) => ({
      dataId: (backend as KernelBackend).write(Float64Array.of(1, 2, 3) as never, [2], 'float32'),
      ...{ shape: [2], dtype: 'float32' },
    });
    const square = () => tf.tidy(() => void following((tf, x) => tf.square(x)));
    try {
      expect(square).toThrow('Square gives 3 values for shape [2]');
    } finally {
      config.kernelFunc = kernelFunc;
    }
    const rules = RULES as Record<string, Rule>;
    const { Square } = rules;
    rules.Square = ({ world }) => world.constant([1]);
    try {
      expect(square).toThrow(
        'a fault of ours in the rule of Square: Square: expected numbers for 2 elements, got 1',
      );
    } finally {
      rules.Square = Square!;
    }
  });

  it('follow complex numbers part by part, constant ones too', () => {
    tf.tidy(() => {
      const { world, result } = following((tf, x) => {
        const z = tf.complex(x, tf.add(x, 1));
        return [tf.real(tf.mul(z, z)), tf.imag(tf.mul(z, z))] as const;
      });
      // x^2 - (x + 1)^2 = -2x - 1, and 2x (x + 1), for 3 and 4
      expect(result.map((part) => [...world.entry(part).numbers[0]!.value.re])).toEqual([
        [P - 7, P - 9],
        [24, 40],
      ]);
      const still = following((tf) => tf.real(tf.complex([1, 2], [3, 4])));
      expect([...still.world.entry(still.result).numbers[0]!.value.re]).toEqual([1, 2]);
    });
  });

  it('without a rule cannot be followed, but for constants', () => {
    expect(() => tf.tidy(() => void following((tf, x) => tf.unique(x).values))).toThrow(
      'no rule for Unique: it asks',
    );
    expect(() => tf.tidy(() => void following((tf) => tf.unique(tf.tensor([1, 1])).values))).not.toThrow();
  });

  it('decide by integers, which are constant near the point', () => {
    tf.tidy(() => {
      const { world, result } = following((tf, x) => tf.oneHot(tf.argMax(x) as never, 2));
      // One index of the largest, and two numbers by it
      expect([world.branches, world.failure]).toEqual([3, null]);
      expect(world.role(result.dataId)).not.toBe('constant');
      const still = following((tf) => tf.argMax(tf.tensor([1, 2])));
      expect([still.world.branches, still.world.role(still.result.dataId)]).toEqual([0, 'constant']);
      const none = following((tf, x) => tf.isNaN(x));
      expect([none.world.branches, none.world.role(none.result.dataId)]).toEqual([2, 'decision']);
      const whole = following((tf, x) => tf.cast(x, 'int32'));
      expect([...whole.world.entry(whole.result).numbers[0]!.value.re]).toEqual([0, 2]);
      const first = following((tf, x) => tf.topk(x, 1).indices);
      expect(first.world.role(first.result.dataId)).toBe('decision');
      const roles = following((tf, x) => {
        const [index, value, still] = [tf.argMax(x), tf.square(x), tf.square(tf.tensor([1]))];
        const { indexes } = tf.maxPoolWithArgmax(tf.ones([1, 2, 2, 1]) as never, 2, 2, 'valid');
        return [index, value, still, indexes!].map(({ dataId }) => dataId);
      });
      expect(roles.result.map((id) => roles.world.role(id))).toEqual([
        ...['decision', 'value', 'constant', 'constant'],
      ]);
    });
  });
});
