import type { KernelConfig, KernelFunc, TensorInfo } from '@tensorflow/tfjs';
import { sizeOf } from '../../numerics/shape.ts';
import { Call } from './call.ts';
import { ZeroDivisor } from './field.ts';
import { followComplex, isComplex, RULES, WITHOUT_RULE } from './rules/index.ts';
import { CannotProve, NeedExponents, NeedUnity, NotFree, type World } from './world.ts';

interface Reading {
  readSync?(dataId: object): unknown;
  read?(dataId: object): unknown;
}

/**
 * Runs f, and the rule of every kernel beside the kernel. Afterwards nothing is replaced.
 * @throws NeedExponents, NotFree or ZeroDivisor to start again, CannotProve, and any error of f
 */
export function observe<Result>(world: World, f: () => Result): Result {
  const { tf, arithmetic } = world;
  world.failure = null;
  const elsewhere = new Map(
    (arithmetic === tf ? [] : arithmetic.getKernelsForBackend(arithmetic.getBackend())).map(
      ({ kernelName, kernelFunc }) => [kernelName, kernelFunc],
    ),
  );
  const kernels = tf
    .getKernelsForBackend(tf.getBackend())
    .map((config): [KernelConfig, KernelFunc] => [config, config.kernelFunc]);
  for (const [config, original] of kernels)
    config.kernelFunc = (args) => {
      const outputs = original(args);
      const { inputs, attrs = {} } = args;
      guarded(world, () =>
        follow(
          new Call(
            world,
            config.kernelName,
            inputs,
            attrs,
            [outputs].flat(),
            elsewhere.get(config.kernelName) ?? original,
          ),
        ),
      );
      return outputs;
    };
  const engine = tf.engine() as unknown as Reading;
  const watched = (method: 'readSync' | 'read') => {
    const read = engine[method]!;
    engine[method] = (dataId: object) => {
      guarded(world, () => readBack(world, dataId));
      return read.call(engine, dataId);
    };
  };
  watched('readSync');
  watched('read');
  try {
    const result = f();
    if (world.failure !== null) throw world.failure;
    return result;
  } catch (error) {
    // A failed rule makes later errors meaningless.
    throw world.failure ?? error;
  } finally {
    for (const [config, original] of kernels) config.kernelFunc = original;
    // Restores the methods of the class. The last one set goes first: V8 would otherwise keep the engine as a dictionary
    // from then on, in which every op is slower.
    delete engine.read;
    delete engine.readSync;
  }
}

const OURS = [CannotProve, NeedExponents, NeedUnity, NotFree, ZeroDivisor];

/** Keeps the error of a rule in the world: the code under check must run on, and it may catch errors. */
function guarded(world: World, f: () => void): void {
  if (world.failure !== null) return;
  try {
    f();
  } catch (error) {
    const known = OURS.some((kind) => error instanceof kind);
    const { message } = error as Error;
    world.failure = known
      ? (error as Error)
      : new CannotProve(`a fault of ours in the rule of ${world.kernel}: ${message}`);
  }
}

function readBack(world: World, dataId: object): void {
  const role = world.role(dataId);
  if (role === 'decision') world.hold(1);
  if (role === 'value') throw new CannotProve('a value that depends on the inputs is read back');
}

/** Computes the numbers of a kernel's outputs by its rule. */
function follow(call: Call): void {
  const { world, kernel, inputs, outputs, names } = call;
  const shared = new Set(names.map((name) => inputs[name]!.dataId));
  const fresh = outputs.filter(({ dataId, dtype }) => dtype !== 'string' && !shared.has(dataId));
  if (fresh.length === 0) return;
  for (const output of fresh) {
    if (isComplex(output)) continue;
    const { length } = world.read(output);
    if (length !== sizeOf(output.shape))
      throw new CannotProve(`${kernel} gives ${length} values for shape [${output.shape}]`);
  }
  const dependent = names.some((name) => world.depends(inputs[name]!));
  if (dependent) for (const output of fresh) finite(call, output);
  const rule = RULES[kernel];
  world.kernel = kernel;
  if ([...fresh, ...names.map((name) => inputs[name]!)].some(isComplex)) {
    followComplex(call, dependent);
    return;
  }
  const isFloat = fresh.some(({ dtype }) => dtype === 'float32');
  if (!isFloat && (rule === undefined || fresh.some(({ dtype }) => dtype !== 'bool'))) {
    if (dependent) world.hold(call.size);
    for (const output of fresh) if (dependent) world.decide(output, world.constant(world.read(output), true));
    return;
  }
  if (rule === undefined) {
    const why = WITHOUT_RULE[kernel];
    if (dependent) throw new CannotProve(`no rule for ${kernel}${why === undefined ? '' : `: ${why}`}`);
    return;
  }
  // Without float inputs there are no numbers to carry.
  if (!dependent && names.every((name) => inputs[name]!.dtype !== 'float32')) return;
  const entries = [rule(call)].flat();
  for (const [k, output] of outputs.entries()) {
    const entry = entries[k];
    if (shared.has(output.dataId)) continue;
    if (entry == null) {
      if (dependent) world.decide(output, world.constant(world.read(output), true));
      continue;
    }
    if (entry.size !== sizeOf(output.shape))
      throw new Error(`${kernel}: expected numbers for ${sizeOf(output.shape)} elements, got ${entry.size}`);
    if (output.dtype === 'float32') world.set(output, entry);
    else world.decide(output, entry);
  }
}

function finite({ world, kernel }: Call, output: TensorInfo): void {
  for (const part of isComplex(output) ? world.parts(output) : [output]) {
    const values = world.read(part);
    for (let k = 0; k < values.length; k++)
      if (!Number.isFinite(values[k]!)) throw new CannotProve(`${kernel} gives ${values[k]}`);
  }
}
