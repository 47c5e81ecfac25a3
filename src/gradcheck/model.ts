import type { LayersModel, Optimizer, Variable } from '@tensorflow/tfjs';
import { errorText, GradcheckInputError } from './errors.ts';
import { gradcheck } from './gradcheck.ts';
import { whatToAdd } from './spec/foreign.ts';
import { describe, readInput } from './spec/readInput.ts';
import type { GradcheckOptions, GradcheckResult, ShapedValues, Tensor, TensorLike, TF } from './types.ts';

/** Returns one number per example, or any shape; the mean is taken. Call ops on the tf that is passed in. */
export type ModelLossFunction = (tf: TF, yTrue: Tensor, yPred: Tensor) => Tensor;
/** A name as in model.compile ('meanSquaredError'), or a function. */
export type ModelLoss = string | ModelLossFunction;

export interface GradcheckModelOptions extends Omit<GradcheckOptions, 'precision' | 'tf' | 'float64'> {
  /**
   * A batch of examples; by input name if the model has several inputs. If x is of float type, its gradient is checked
   * too: give whole numbers, such as the indices for an embedding, as { values, shape, dtype: 'int32' }.
   */
  readonly x: TensorLike | Readonly<Record<string, TensorLike>>;
  /** The targets that the loss compares the outputs with; by output name if the model has several outputs. */
  readonly y: TensorLike | Readonly<Record<string, TensorLike>>;
  /** One loss for every output, or one by output name; several are added. */
  readonly loss: ModelLoss | Readonly<Record<string, ModelLoss>>;
  /**
   * Whether layers run in training mode (default false). In training mode dropout needs a seed, otherwise its output is
   * not repeatable, and batch normalization uses the statistics of the batch. Otherwise batch normalization uses its
   * moving averages, and dropout does nothing.
   */
  readonly training?: boolean;
  /** Registers the model's custom layers (initializers, constraints, regularizers) on the tf that is passed in. */
  readonly register?: (tf: TF) => void;
}

/**
 * Checks the gradients of a model's loss, as `fit` computes it (regularization included), with respect to every
 * trainable weight and to x. The model may belong to any TensorFlow.js: its architecture and weights are copied into a
 * model in double precision (`backproof/float64`), which gradcheck checks and which is then disposed; the model itself
 * does not change.
 *
 * A custom layer class runs on the TensorFlow.js that it imports, so the copy needs a class made for the tf that is
 * passed in: `register: (tf) => tf.serialization.registerClass(swishOn(tf))`. If the whole test runs in double
 * precision (backproof/vitest, backproof/jest-preset) or under `backproof check`, the class already registered works.
 *
 * Every element of every weight is checked by default. For more than a few hundred elements, and for recurrent layers,
 * use `mode: 'sampled'`.
 * @throws GradcheckInputError for anything but a tf.LayersModel, for a layer class that is not registered, and for an
 *   x, y, loss or option that cannot be checked
 */
export async function gradcheckModel(
  model: LayersModel,
  { x, y, loss, training = false, register, ...options }: GradcheckModelOptions,
): Promise<GradcheckResult> {
  const refused = Object.keys(options).find((key) => ['precision', 'tf', 'float64'].includes(key));
  if (refused !== undefined)
    throw new GradcheckInputError(`option ${refused}: expected none, a model is checked in double precision`);
  const tf = await import('backproof/float64');
  await tf.ready();
  register?.(tf);
  const { making, variables } = copyOf(tf, model);
  const optimizer = tf.train.sgd(1);
  try {
    const copy = await withWeightsOf(tf, making, model);
    // Wraps a Sequential too, so that every model has input names, output names and loss functions.
    const whole = tf.model({ inputs: copy.inputs, outputs: copy.outputs, name: model.name });
    const inputs = byName(`${model.name}: x`, x, whole.inputNames, 'x');
    const targets = constants(model.name, byName(`${model.name}: y`, y, whole.outputNames, 'y'));
    compile(tf, whole, loss, optimizer);
    const trained = new Set(model.trainableWeights.map(({ originalName }) => originalName));
    const weights = copy.weights.filter(({ originalName }) => trained.has(originalName));
    const spec = {
      name: model.name,
      inputs: { ...inputs, ...targets },
      variables: Object.fromEntries(
        weights.map((weight) => [weight.originalName, weight.read() as Variable]),
      ),
      forward: (_tf: TF, tensors: Record<string, Tensor>) => {
        whole.resetStates();
        const named = (record: object) => Object.keys(record).map((name) => tensors[name]!);
        return totalLoss(tf, whole, named(inputs), named(targets), training);
      },
    };
    return await gradcheck(spec, {
      reproduce: `gradcheckModel(model, { x, y, loss, seed: ${options.seed ?? 1} })`,
      ...options,
    });
  } finally {
    tf.dispose(variables);
    optimizer.dispose();
  }
}

/** The given tensors of each input or output of a model, by name. */
function byName(
  where: string,
  given: TensorLike | Readonly<Record<string, TensorLike>>,
  names: readonly string[],
  single: string,
): Record<string, TensorLike> {
  if (names.length === 1) return { [single]: given as TensorLike };
  const record = isRecord(given) ? given : {};
  if (String(Object.keys(record).toSorted()) === String(names.toSorted()))
    return Object.fromEntries(names.map((name) => [name, record[name]!]));
  const got = isRecord(given) ? Object.keys(given).join(', ') : describe(given);
  throw new GradcheckInputError(`${where}: expected a record with ${names.join(', ')}, got ${got}`);
}

/** The given tensors as constant inputs. */
function constants(model: string, given: Readonly<Record<string, TensorLike>>): Record<string, ShapedValues> {
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => {
      const { values, shape, dtype } = readInput(model, name, value);
      // The prefix is needed because an input may have the same name as an output.
      return [name === 'y' ? name : `y.${name}`, { values, shape, dtype, constant: true }];
    }),
  );
}

/** Whether a value is a record of inputs rather than a single one. */
const isRecord = (value: unknown): value is Record<string, TensorLike> =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !ArrayBuffer.isView(value) &&
  !('values' in value || 'dataId' in value);

/** Compiles a model with its loss functions. */
function compile(
  tf: TF,
  model: LayersModel,
  loss: GradcheckModelOptions['loss'],
  optimizer: Optimizer,
): void {
  const onThisTf = (one: ModelLoss) =>
    typeof one === 'function' ? (yTrue: Tensor, yPred: Tensor) => one(tf, yTrue, yPred) : one;
  const all =
    typeof loss === 'object' && loss !== null
      ? Object.fromEntries(Object.entries(loss).map(([name, one]) => [name, onThisTf(one)]))
      : onThisTf(loss);
  const missing = typeof all === 'object' ? model.outputNames.filter((name) => !(name in all)) : [];
  try {
    if (missing.length > 0) throw new Error(`none for output ${missing.join(', ')}`);
    model.compile({ optimizer, loss: all as Parameters<LayersModel['compile']>[0]['loss'] });
  } catch (error) {
    throw new GradcheckInputError(
      `${model.name}: loss: expected a name as in model.compile, or a function (tf, yTrue, yPred) => tensor, got ${errorText(error)}`,
    );
  }
}

/** The loss, computed as fit does. */
function totalLoss(
  tf: TF,
  model: LayersModel,
  batch: readonly Tensor[],
  targets: readonly Tensor[],
  training: boolean,
): Tensor {
  const applied = model.apply([...batch], { training }) as Tensor | Tensor[];
  const outputs = Array.isArray(applied) ? applied : [applied];
  const losses = outputs.map((output, i) => tf.mean(model.lossFunctions[i]!(targets[i]!, output)));
  return tf.addN([...losses, ...model.calculateLosses()]);
}

/** A copy of the model on another TensorFlow.js, with its own weights, and the variables that hold them. */
function copyOf(tf: TF, model: LayersModel): { making: Promise<LayersModel>; variables: Variable[] } {
  if (!isLayersModel(model))
    throw new GradcheckInputError(
      `model: expected a tf.LayersModel (a GraphModel has no trainable weights), got ${describe(model)}`,
    );
  if (model.outputs.length === 0)
    throw new GradcheckInputError(`${model.name}: expected a model with layers, got none`);
  const config = model.toJSON(null, false) as Parameters<typeof tf.models.modelFromJSON>[0];
  assertClasses(tf, config, model.name);
  const { registeredVariables } = tf.engine();
  const before = new Set(Object.values(registeredVariables));
  // modelFromJSON makes everything synchronously, before it returns the promise.
  const making = tf.models.modelFromJSON(config);
  return {
    making,
    variables: Object.values(registeredVariables).filter((variable) => !before.has(variable)),
  };
}

/** @throws GradcheckInputError for a class in a model's config that is not registered on tf */
function assertClasses(tf: TF, config: unknown, model: string): void {
  if (typeof config !== 'object' || config === null) return;
  if ('class_name' in config && 'config' in config && typeof config.class_name === 'string') {
    const [own] = tf.serialization.SerializationMap.getMap().classNameMap[config.class_name] ?? [];
    const got =
      own === undefined
        ? 'none that is registered'
        : own.prototype instanceof tf.serialization.Serializable
          ? null
          : 'one on another TensorFlow.js';
    if (got !== null)
      throw new GradcheckInputError(
        `${model}: expected a class ${config.class_name} in double precision, got ${got}: pass register: (tf) => tf.serialization.registerClass(...) with a class written on that tf; or ${whatToAdd()}`,
      );
  }
  for (const inner of Object.values(config)) assertClasses(tf, inner, model);
}

/** Copies the values of all weights of the model, matched by name, into the copy. */
async function withWeightsOf(tf: TF, making: Promise<LayersModel>, model: LayersModel): Promise<LayersModel> {
  try {
    const copy = await making;
    tf.tidy(() => {
      const weights = model.weights.map((weight): [string, Tensor] => {
        const { shape, dtype } = weight.read();
        return [weight.originalName, tf.tensor(weight.read().dataSync(), shape, dtype as 'float32')];
      });
      copy.loadWeights(Object.fromEntries(weights));
    });
    return copy;
  } catch (error) {
    throw new GradcheckInputError(
      `${model.name}: expected a model that its config (toJSON) and weights make again, got ${errorText(error)}`,
    );
  }
}

function isLayersModel(value: unknown): value is LayersModel {
  return (
    typeof value === 'object' &&
    value !== null &&
    'toJSON' in value &&
    'trainableWeights' in value &&
    'outputNames' in value
  );
}
