import { describe, expect, it } from '@jest/globals';
import type { NamedAttrMap } from '@tensorflow/tfjs';
import { cases } from '../../../../src/audit/cases.ts';
import { faultsAt } from '../../../../src/audit/faults.ts';
import { Entry } from '../../../../src/gradcheck/exact/entry.ts';
import { Duals } from '../../../../src/gradcheck/exact/index.ts';
import { Lane } from '../../../../src/gradcheck/exact/lane.ts';
import { observe } from '../../../../src/gradcheck/exact/observe.ts';
import { COMPLEX_RULES } from '../../../../src/gradcheck/exact/rules/complex.ts';
import { RULES, WITHOUT_RULE } from '../../../../src/gradcheck/exact/rules/index.ts';
import { KEPT } from '../../../../src/gradcheck/exact/rules/move.ts';
import { CannotProve, World } from '../../../../src/gradcheck/exact/world.ts';
import type { GradcheckSpec, ShapedValues, Tensor } from '../../../../src/gradcheck/types.ts';
import { uniformNumbers } from '../../../../src/numerics/random.ts';
import { sizeOf } from '../../../../src/numerics/shape.ts';
import { exact, subjectOf, tf } from '../support.ts';

const PRIME = 1048343;
/** Kernels whose values are not numbers of the field, or are replaced by a random function. */
const RANDOM = new Set([
  ...[
    'Acos',
    'Acosh',
    'Asin',
    'Asinh',
    'Atan',
    'Atan2',
    'Atanh',
    'Cos',
    'Cosh',
    'Elu',
    'Erf',
    'Exp',
    'Expm1',
  ],
  ...['Log', 'Log1p', 'Selu', 'Sigmoid', 'Sin', 'Sinh', 'Softmax', 'Softplus', 'Tan', 'Tanh'],
]);
const whole = (...shape: number[]): ShapedValues => ({
  shape,
  values: Float64Array.from({ length: sizeOf(shape) }, (_, k) => ((7 * k) % 17) / 2 - 4.2),
});
/** Kernels that the cases do not run, or do not run with values of the field. */
const more: Record<string, GradcheckSpec> = {
  Bincount: {
    inputs: { x: whole(4) },
    forward: (tf, { x }) =>
      tf
        .engine()
        .runKernel('Bincount', { x: tf.tensor1d([0, 2, 2, 1], 'int32'), weights: x! }, { size: 3 }) as Tensor,
  },
  CropAndResize: {
    inputs: {
      image: whole(1, 3, 4, 2),
      boxes: { shape: [2, 4], values: [0.15, 0.2, 0.9, 0.72, -0.2, 0.31, 0.52, 1.4] },
    },
    forward: (tf, { image, boxes }) =>
      tf.image.cropAndResize(
        image as never,
        boxes as never,
        tf.tensor1d([0, 0], 'int32'),
        [3, 2],
        'bilinear',
        5,
      ),
  },
  Diag: { inputs: { x: whole(3) }, forward: (tf, { x }) => tf.diag(x!) },
  EluGrad: { inputs: { dy: whole(4), y: whole(4) }, forward: kernel('EluGrad', {}) },
  FlipLeftRight: {
    inputs: { x: whole(1, 2, 3, 1) },
    forward: (tf, { x }) => tf.image.flipLeftRight(x as never),
  },
  LRN: {
    inputs: { x: whole(1, 1, 2, 4) },
    forward: (tf, { x }) => tf.localResponseNormalization(x as never, 1, 1, 2, -1),
  },
  LogicalOr: {
    inputs: { x: whole(4) },
    forward: (tf, { x }) =>
      tf.mul(x!, tf.cast(tf.logicalOr(tf.greater(x!, 1), tf.notEqual(x!, 2)), 'float32')),
  },
  MaxPoolWithArgmax: {
    inputs: { x: whole(1, 4, 4, 1) },
    forward: (tf, { x }) => tf.maxPoolWithArgmax(x as never, 2, 2, 'valid').result!,
  },
  OneHot: {
    inputs: { x: whole(2, 3) },
    forward: (tf, { x }) => tf.mul(x!, tf.oneHot(tf.argMax(x!, 1), 3, 2, -1, 'float32')),
  },
  RaggedGather: {
    inputs: { x: whole(4) },
    forward: (tf, { x }) =>
      tf.raggedGather([tf.tensor1d([0, 1, 4], 'int32')], x!, tf.tensor1d([1, 0], 'int32'), 1)
        .outputDenseValues,
  },
  RaggedTensorToTensor: {
    inputs: { x: whole(3) },
    forward: (tf, { x }) =>
      tf.raggedTensorToTensor(
        tf.tensor1d([2, 2], 'int32'),
        x!,
        tf.scalar(7),
        [tf.scalar(3, 'int32'), tf.tensor1d([0, 1, 1], 'int32')],
        ['FIRST_DIM_SIZE', 'VALUE_ROWIDS'],
      ),
  },
  RotateWithOffset: {
    inputs: { x: whole(1, 3, 3, 2) },
    forward: (tf, { x }) => tf.image.rotateWithOffset(x as never, 1, 7, 0.5),
  },
  SparseFillEmptyRows: {
    inputs: { x: whole(2), other: whole(1) },
    forward: (tf, { x, other }) =>
      tf.sparse.sparseFillEmptyRows(
        [
          [0, 1],
          [2, 0],
        ],
        x as never,
        [3, 2],
        tf.reshape(other!, []),
      ).outputValues!,
  },
  SparseSegmentMean: {
    inputs: { x: whole(4, 2) },
    forward: (tf, { x }) => tf.sparse.sparseSegmentMean(x as never, [0, 2, 1, 3, 1], [0, 0, 1, 1, 1]),
  },
  SparseSegmentSum: {
    inputs: { x: whole(3, 2) },
    forward: (tf, { x }) => tf.sparse.sparseSegmentSum(x as never, [0, 2, 1], [0, 0, 1]),
  },
  SparseToDense: {
    inputs: { x: whole(2) },
    forward: (tf, { x }) => tf.sparseToDense([1, 3], x!, [5], tf.scalar(7)),
  },
  Sqrt: { inputs: { x: whole(3) }, forward: (tf, { x }) => tf.sqrt(tf.square(tf.abs(x!))) },
  TensorScatterUpdate: {
    inputs: { x: whole(4), updates: whole(2) },
    forward: (tf, { x, updates }) => tf.tensorScatterUpdate(x!, [[1], [3]], updates!),
  },
  Transform: transformed('bilinear', 'constant'),
  TransformNearest: transformed('nearest', 'constant'),
  TransformReflected: transformed('bilinear', 'reflect'),
  TransformWrapped: transformed('bilinear', 'wrap'),
  TransformHeld: transformed('bilinear', 'nearest'),
};

/** An image under a projection. */
function transformed(
  interpolation: 'nearest' | 'bilinear',
  mode: 'constant' | 'reflect' | 'wrap' | 'nearest',
): GradcheckSpec {
  return {
    inputs: {
      image: whole(1, 3, 4, 2),
      transforms: { shape: [1, 8], values: [1.27, 0.53, -0.76, -0.29, 1.51, 0.22, 0.13, -0.07] },
    },
    forward: (tf, { image, transforms }) =>
      tf.image.transform(image as never, transforms as never, interpolation, mode, 9),
  };
}

/** A kernel without an op. */
function kernel(name: string, attrs: NamedAttrMap): GradcheckSpec['forward'] {
  return (library, inputs) => library.engine().runKernel(name, inputs, attrs) as Tensor;
}

const specs = [
  ...Object.entries(more).map(([name, spec]) => ({ title: name, kernel: name, point: null, spec })),
  ...cases.map(({ op, shapes, attributes, inputs, forward, kernel }) => ({
    title: `${op} ${JSON.stringify({ shapes, attributes })}`,
    kernel,
    point: { shapes, attributes },
    spec: { inputs, forward } as unknown as GradcheckSpec,
  })),
];

/** Integers for the inputs of a spec, nonzero for float inputs, always the same ones. */
function wholeNumbers(spec: GradcheckSpec): Record<string, Float64Array> {
  return Object.fromEntries(
    subjectOf(spec).inputs.map(({ name, dtype, values }) => [
      name,
      Float64Array.from(values, (x) => (dtype === 'float32' ? Math.round(3 * x) || 1 : x)),
    ]),
  );
}

/** The input tensors of a spec, with other values. */
function tensorsOf(spec: GradcheckSpec, values: Record<string, Float64Array>): Record<string, Tensor> {
  return Object.fromEntries(
    subjectOf(spec).inputs.map(({ name, shape, dtype }) => [
      name,
      tf.tensor(values[name]! as never, shape as number[], dtype),
    ]),
  );
}

/** Runs f and collects the names of the kernels that ran, in order. */
function recorded(names: string[], f: () => void): void {
  const configs = tf.getKernelsForBackend('cpu').map((config) => ({ config, original: config.kernelFunc }));
  for (const { config, original } of configs)
    config.kernelFunc = (args) => {
      names.push(config.kernelName);
      return original(args);
    };
  try {
    tf.tidy(f);
  } finally {
    for (const { config, original } of configs) config.kernelFunc = original;
  }
}

describe('every kernel of the double-precision TensorFlow.js', () => {
  it('has a rule, or a reason why not', () => {
    const kernels = tf.getKernelsForBackend('cpu').map(({ kernelName }) => kernelName);
    const ruled = new Set([...Object.keys(RULES), ...Object.keys(COMPLEX_RULES)]);
    const reasoned = new Set(Object.keys(WITHOUT_RULE));
    expect(kernels.filter((name) => !ruled.has(name) && !reasoned.has(name))).toEqual([]);
    expect([...reasoned].filter((name) => name in RULES || !kernels.includes(name))).toEqual([]);
    expect([...ruled].filter((name) => !kernels.includes(name))).toEqual([]);
  });
});

describe('every rule', () => {
  it('gives on whole numbers what the real kernel gives, forward and backward', () => {
    const held = new Set<string>();
    const problems: unknown[] = [];
    for (const { title, spec } of specs) {
      const world = new World(tf, [new Lane(PRIME, 3)], { exponents: true, free: false });
      const ran: string[] = [];
      const check = (tensor: Tensor): void => {
        if (ran.some((name) => RANDOM.has(name))) return;
        const entry = world.entry(tensor).numbers[0]!.value;
        const plain = world.constant(world.read(tensor));
        // A root, or a quotient that is not a simple fraction in double precision, proves nothing.
        if (plain.about.taint.size > 0) return;
        if (
          entry.re.join() === plain.numbers[0]!.value.re.join() &&
          (entry.im?.every((x) => x === 0) ?? true)
        )
          for (const name of ran) held.add(name);
        else problems.push([title, ran.join(), entry.re, tensor.dataSync()]);
      };
      try {
        recorded(ran, () => {
          observe(world, () => {
            const tensors = tensorsOf(spec, wholeNumbers(spec));
            const xs = Object.values(tensors).filter(({ dtype }) => dtype === 'float32');
            const forward = () => {
              const y = spec.forward(tf, tensors);
              check(y);
              return y;
            };
            for (const gradient of tf.engine().gradients(forward, xs, null as never, true).grads)
              if (gradient != null) check(gradient);
          });
        });
      } catch {
        // TensorFlow.js has no gradient here, or its value is not finite at integers.
      }
    }
    expect(problems).toEqual([]);
    // These share their input's data here; the proof of the network on wasm runs them.
    const shared = new Set([...KEPT, 'Cast']);
    const left = Object.keys(RULES).filter((name) => !held.has(name) && !RANDOM.has(name));
    expect(left.filter((name) => !shared.has(name))).toEqual([]);
  });

  it('has for tangents of whole numbers what dual numbers in double precision have', () => {
    const problems: unknown[] = [];
    let compared = 0;
    for (const { title, spec } of specs) {
      const world = new World(tf, [new Lane(PRIME, 4)], { exponents: true, free: false });
      const subject = subjectOf(spec);
      const at = wholeNumbers(spec);
      const random = uniformNumbers(9);
      const directions = Object.fromEntries(
        subject.inputs
          .filter(({ dtype }) => dtype === 'float32')
          .map(({ name, values }) => [name, Float64Array.from(values, () => Math.floor(7 * random()) - 3)]),
      );
      const ran: string[] = [];
      let tangent: Float64Array | null = null;
      let size = 0;
      let real: Float64Array;
      try {
        const moved = {
          ...subject,
          inputs: subject.inputs.map((each) => ({ ...each, values: at[each.name]! })),
        };
        real = new Duals(tf, moved, []).derivative(directions);
        recorded(ran, () => {
          const entry = observe(world, () => {
            const tensors = tensorsOf(spec, at);
            for (const [name, v] of Object.entries(directions)) {
              const [value, direction] = [world.constant(at[name]!), world.constant(v)];
              const numbers = value.numbers.map((each, lane) => ({
                ...each,
                tangent: direction.numbers[lane]!.value,
              }));
              world.set(
                tensors[name]!,
                new Entry(world, v.length, numbers, { ...value.about, constant: false }),
              );
            }
            return world.entry(spec.forward(tf, tensors));
          });
          tangent = entry.numbers[0]!.tangent?.re ?? new Float64Array(entry.size);
          size = entry.size;
        });
      } catch (error) {
        if (error instanceof CannotProve) continue;
        throw error;
      }
      // The field chooses the sign of the root of a square.
      if (ran.some((name) => RANDOM.has(name) || name === 'Sqrt')) continue;
      const plain = world.constant(real);
      if (plain.about.taint.size > 0) continue;
      compared += size;
      if (tangent!.join() !== plain.numbers[0]!.value.re.join()) problems.push([title, tangent, real]);
    }
    expect(problems).toEqual([]);
    expect(compared).toBeGreaterThan(2000);
  });

  it('has for its derivative what differences have', () => {
    const problems: unknown[] = [];
    let compared = 0;
    const step = 1e-5;
    for (const { title, kernel, spec } of specs) {
      const subject = subjectOf(spec);
      const random = uniformNumbers(11);
      const floats = subject.inputs.filter(({ dtype }) => dtype === 'float32');
      const directions = Object.fromEntries(
        floats.map(({ name, values }) => [name, Float64Array.from(values, () => random() - 0.5)]),
      );
      const value = (h: number): Float64Array => {
        const values = Object.fromEntries(
          subject.inputs.map(({ name, values }) => [
            name,
            Float64Array.from(values, (x, k) => x + h * (directions[name]?.[k] ?? 0)),
          ]),
        );
        let y = new Float64Array();
        tf.tidy(() => {
          y = Float64Array.from(spec.forward(tf, tensorsOf(spec, values)).dataSync());
        });
        return y;
      };
      let dual: Float64Array;
      let differences: Float64Array;
      try {
        dual = new Duals(tf, subject, []).derivative(directions);
        const [above, below] = [value(step), value(-step)];
        differences = above.map((y, k) => (y - below[k]!) / (2 * step));
      } catch {
        continue;
      }
      const scale = Math.max(1e-3, ...differences.map(Math.abs));
      compared += dual.length;
      if (dual.some((d, k) => !(Math.abs(d - differences[k]!) < 1e-5 * scale)))
        problems.push([title, kernel, dual, differences]);
    }
    expect(problems).toEqual([]);
    expect(compared).toBeGreaterThan(5000);
  });
});

describe('the audit', () => {
  it('proves every gradient that is right, and none that is known to be wrong or refused', () => {
    const problems: unknown[] = [];
    for (const { title, kernel, point, spec } of specs.slice(Object.keys(more).length)) {
      const [known] = faultsAt({ kernel, ...(point ?? { shapes: {}, attributes: {} }) }, 'float64', 'plain');
      const { verdict, cause } = exact(spec, { seed: 3, lanes: 2 });
      const nothing = cause === 'the output depends on no input';
      const wanted = known === undefined ? (nothing ? 'cannot prove' : 'proved') : 'no proof';
      const got = verdict === 'proved' || wanted !== 'no proof' ? verdict : 'no proof';
      if (got !== wanted) problems.push([title, verdict, cause, known]);
    }
    expect(problems).toEqual([]);
  });
});
