import type { KernelBackend, KernelConfig, KernelFunc, TensorInfo } from '@tensorflow/tfjs';
import type { TF } from '../../types.ts';
import { heldOperands, roundingScale } from './rounding.ts';
import { isFloat, type NumberArray } from './rule.ts';

type Values = Readonly<Record<string, NumberArray>>;

/** One call of a kernel at the base point. */
interface KernelRun {
  readonly kernel: string;
  /** Float inputs by name. */
  readonly inputs: Values;
  /** Its float outputs; null for others. */
  readonly outputs: readonly (NumberArray | null)[];
  /** The magnitude at which each element of the first output is rounded; null if nothing is rounded. */
  readonly scale: NumberArray | null;
}

/** A function's run at the base point: every kernel call, and every float array from JavaScript, in order. */
export interface ValueTape {
  readonly kernels: readonly KernelRun[];
  readonly uploads: readonly NumberArray[];
}

/** How to disturb the replay of a function. */
export interface Disturbance {
  /** Returns a number between -1 and 1. */
  random(): number;
  /** Error of a kernel's result, relative to the magnitude at which it is rounded. */
  readonly rounding: number;
  /** Positions of uploads that carry only 24 bits, which get that relative error. */
  readonly uploads: ReadonlySet<number>;
  readonly uploadRounding: number;
}

/** Runs f and records the inputs and outputs of its kernels. */
export function recordValues<Result>(
  interceptor: KernelInterceptor,
  f: () => Result,
): { result: Result; tape: ValueTape } {
  const kernels: KernelRun[] = [];
  const uploads: NumberArray[] = [];
  const result = interceptor.run(f, {
    kernel: ({ name, call, backend, run }) => {
      const infos = run(call);
      const inputs = floatsOf(call.inputs, backend);
      const outputs = infos.map((info) => (isFloat(info) ? read(backend, info) : null));
      const [first] = outputs;
      const scale =
        first == null
          ? null
          : roundingScale(
              name,
              {
                inputs: call.inputs,
                attrs: call.attrs,
                read: (tensor) => read(backend, tensor),
                runOn: (values, attrs = call.attrs) =>
                  withValues(backend, call.inputs, values, (replaced) => {
                    const [made, ...others] = run({ inputs: replaced, attrs });
                    const magnitudes = read(backend, made!);
                    for (const info of [made!, ...others]) backend.disposeData(info.dataId);
                    return magnitudes;
                  }),
              },
              first,
            );
      kernels.push({ kernel: name, inputs, outputs, scale });
      return infos;
    },
    upload: (values) => {
      uploads.push(values);
      return values;
    },
  });
  return { result, tape: { kernels, uploads } };
}

/**
 * Runs f again, with the results of its kernels disturbed as rounding would. No operand leaves the domain of its
 * kernel: one that would keeps its value at the base point, and so does a result that would no longer be finite.
 */
export function replayDisturbed<Result>(
  interceptor: KernelInterceptor,
  tape: ValueTape,
  { random, rounding, uploads, uploadRounding }: Disturbance,
  f: () => Result,
): Result {
  let position = 0;
  let uploaded = 0;
  return interceptor.run(f, {
    kernel: ({ name, call, backend, run }) => {
      const base = tape.kernels[position++];
      if (base?.kernel !== name) return run(call);
      const held = heldOperands(name, floatsOf(call.inputs, backend), base.inputs);
      const infos = withValues(backend, call.inputs, held, (inputs) => run({ inputs, attrs: call.attrs }));
      return infos.map((info, at) => {
        const was = base.outputs[at];
        const known = was != null && isFloat(info) && was.length === read(backend, info).length;
        if (!known) return info;
        const scale = at === 0 ? base.scale : null;
        const values = new Float64Array(read(backend, info));
        for (let i = 0; i < values.length; i++) {
          if (scale !== null) values[i]! += rounding * scale[i]! * random();
          if (!Number.isFinite(values[i]) || !Number.isFinite(was[i])) values[i] = was[i]!;
        }
        const dataId = backend.write(values as never, info.shape, info.dtype);
        backend.disposeData(info.dataId);
        return { dataId, shape: info.shape, dtype: info.dtype };
      });
    },
    upload: (values) =>
      uploads.has(uploaded++)
        ? Float64Array.from(values, (x) => x * (1 + uploadRounding * random()))
        : values,
  });
}

interface KernelCall {
  readonly inputs: Record<string, TensorInfo>;
  readonly attrs: Record<string, never>;
}
interface SeenKernel {
  readonly name: string;
  readonly call: KernelCall;
  readonly backend: KernelBackend;
  run(call: { inputs: Record<string, TensorInfo>; attrs: object }): TensorInfo[];
}
interface Interception {
  kernel(seen: SeenKernel): TensorInfo[];
  /** Replaces a float array that JavaScript uploads to TensorFlow.js. */
  upload(values: NumberArray): NumberArray;
}

/** Intercepts every kernel of a backend and every upload while a function runs; between runs nothing is replaced. */
export class KernelInterceptor {
  readonly #backend: KernelBackend;
  /** Each kernel with its replacement, made once for all runs. */
  readonly #kernels: {
    readonly config: KernelConfig;
    readonly original: KernelFunc;
    readonly seen: KernelFunc;
  }[];
  #see: Interception | null = null;
  #depth = 0;

  constructor(tf: TF) {
    this.#backend = tf.backend() as KernelBackend;
    this.#kernels = tf.getKernelsForBackend(tf.getBackend()).map((config: KernelConfig) => {
      const original = config.kernelFunc;
      return { config, original, seen: this.#seen(config.kernelName, original) };
    });
  }

  /** Runs f with the interception `see`. */
  run<Result>(f: () => Result, see: Interception): Result {
    const backend = this.#backend;
    const { write } = backend;
    const isOwn = Object.hasOwn(backend, 'write');
    this.#see = see;
    for (const { config, seen } of this.#kernels) config.kernelFunc = seen;
    backend.write = (values, shape, dtype) =>
      write.call(
        backend,
        this.#depth === 0 && dtype === 'float32' ? (see.upload(values as NumberArray) as never) : values,
        shape,
        dtype,
      );
    try {
      return f();
    } finally {
      for (const { config, original } of this.#kernels) config.kernelFunc = original;
      if (isOwn) backend.write = write;
      else Reflect.deleteProperty(backend, 'write');
    }
  }

  #seen(name: string, original: KernelFunc): KernelFunc {
    return (params) => {
      this.#depth++;
      // A kernel that splits returns a list, even of one part.
      let isList = false;
      try {
        const outputs = this.#see!.kernel({
          name,
          call: {
            inputs: params.inputs as Record<string, TensorInfo>,
            attrs: (params.attrs ?? {}) as Record<string, never>,
          },
          backend: this.#backend,
          run: ({ inputs, attrs }) => {
            const made = original({ inputs, attrs: attrs as never, backend: params.backend });
            isList = Array.isArray(made);
            return [made].flat();
          },
        });
        return isList ? outputs : outputs[0]!;
      } finally {
        this.#depth--;
      }
    };
  }
}

const read = (backend: KernelBackend, info: TensorInfo): NumberArray =>
  backend.readSync(info.dataId) as NumberArray;

function floatsOf(inputs: Record<string, TensorInfo>, backend: KernelBackend): Record<string, NumberArray> {
  const values: Record<string, NumberArray> = {};
  for (const [name, tensor] of Object.entries(inputs))
    if (isFloat(tensor)) values[name] = read(backend, tensor);
  return values;
}

/** Runs f with other values for the named inputs, in tensors that are disposed afterwards. */
function withValues<Result>(
  backend: KernelBackend,
  inputs: Record<string, TensorInfo>,
  values: Values,
  f: (inputs: Record<string, TensorInfo>) => Result,
): Result {
  const made = Object.entries(values).map(([name, array]): [string, TensorInfo] => {
    const { shape, dtype } = inputs[name]!;
    return [name, { dataId: backend.write(array as never, shape, dtype), shape, dtype }];
  });
  try {
    const replaced = { ...inputs, ...Object.fromEntries(made) };
    // Kernels with any number of operands (AddN, Concat, Pack) take a list of them.
    return f(Array.isArray(inputs) ? (Object.values(replaced) as never) : replaced);
  } finally {
    for (const [, { dataId }] of made) backend.disposeData(dataId);
  }
}
