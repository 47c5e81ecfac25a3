import type { LayersModel, Optimizer, Variable } from '@tensorflow/tfjs';
import { errorText, GradcheckInputError } from './errors.ts';
import { gradcheck } from './gradcheck.ts';
import { whatToAdd } from './spec/foreign.ts';
import { describe, readInput } from './spec/readInput.ts';
import type { GradcheckOptions, GradcheckResult, ShapedValues, Tensor, TensorLike, TF } from './types.ts';

/** One number per example, or any shape: its mean counts. Write ops with the tf that is handed in. */
export type ModelLossFunction = (tf: TF, yTrue: Tensor, yPred: Tensor) => Tensor;
/** A name as in model.compile ('meanSquaredError'), or a function. */
export type ModelLoss = string | ModelLossFunction;

export interface GradcheckModelOptions extends Omit<GradcheckOptions, 'precision' | 'tf' | 'float64'> {
  /**
   * A batch of examples; by input name where the model has several inputs. Its gradient is checked as well where it is
   * of float type: give whole numbers, such as those that an embedding looks up, as { values, shape, dtype: 'int32' }.
   */
  readonly x: TensorLike | Readonly<Record<string, TensorLike>>;
  /** The targets that the loss compares the outputs with; by output name where the model has several. */
  readonly y: TensorLike | Readonly<Record<string, TensorLike>>;
  /** For every output, or by output name; several are added. */
  readonly loss: ModelLoss | Readonly<Record<string, ModelLoss>>;
  /**
   * Whether layers run as in training (default false). Then dropout needs a seed, or its output is not repeatable, and
   * batch normalization uses the statistics of the batch; without, it uses its moving averages, and dropout does nothing.
   */
  readonly training?: boolean;
  /** Registers the model's own layers (initializers, constraints, regularizers) on the tf that is handed in. */
  readonly register?: (tf: TF) => void;
}

/**
 * Checks the gradients of a model's loss, as `fit` computes it (regularization included), in every trainable weight and
 * in x. The model may be one of any TensorFlow.js: its architecture and weights are carried over into a copy in double
 * precision (`backproof/float64`), which is checked by gradcheck and disposed; the model itself is left as it is.
 *
 * A layer class of your own runs on the TensorFlow.js that it is written with, so the copy needs one that is written on
 * the tf it is handed: `register: (tf) => tf.serialization.registerClass(swishOn(tf))`. Where the test runs in double
 * precision as a whole (backproof/vitest, backproof/jest-preset) or by `backproof check`, the registered class will do.
 *
 * Every element of every weight is checked by default: for more than a few hundred, and for recurrent layers, give
 * `mode: 'sampled'`.
 * @throws GradcheckInputError for what is no tf.LayersModel, for a layer class that is not registered, and for an
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
    // Of a Sequential, too, a model that has names of inputs and outputs, and loss functions.
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
        if (whole.stateful) whole.resetStates();
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

/** The given tensors as inputs that are not differentiated. */
function constants(model: string, given: Readonly<Record<string, TensorLike>>): Record<string, ShapedValues> {
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => {
      const { values, shape, dtype } = readInput(model, name, value);
      // An input may have the name of an output.
      return [name === 'y' ? name : `y.${name}`, { values, shape, dtype, constant: true }];
    }),
  );
}

/** Whether something is a record of inputs, rather than one. */
const isRecord = (value: unknown): value is Record<string, TensorLike> =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !ArrayBuffer.isView(value) &&
  !('values' in value || 'dataId' in value);

/** Gives a model its loss functions. */
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

/** The loss as fit computes it. */
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

/** The model once more on another TensorFlow.js, with weights of its own, and the variables that hold them. */
function copyOf(tf: TF, model: LayersModel): { making: Promise<LayersModel>; variables: Variable[] } {
  if (!isLayersModel(model))
    throw new GradcheckInputError(
      `model: expected a tf.LayersModel (a GraphModel has no trainable weights), got ${describe(model)}`,
    );
  if ((model.outputs ?? []).length === 0)
    throw new GradcheckInputError(`${model.name}: expected a model with layers, got none`);
  const config = model.toJSON(null, false) as Parameters<typeof tf.models.modelFromJSON>[0];
  assertClasses(tf, config, model.name);
  const { registeredVariables } = tf.engine();
  const before = new Set(Object.values(registeredVariables));
  // Everything is made before the promise is there.
  const making = tf.models.modelFromJSON(config);
  return {
    making,
    variables: Object.values(registeredVariables).filter((variable) => !before.has(variable)),
  };
}

/** @throws GradcheckInputError for a class in a model's config that tf cannot make */
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

/** The copy, with the values of all weights of the model, which are found by name. */
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
