import { z } from 'zod';
import { chainsSchema } from './chain.ts';
import { consistent, lengthIs, type Rule } from './consistent.ts';
import { parameterNames } from './parameterNames.ts';
import { elementSchema, scattersSchema } from './scatter.ts';
import { trialSchema } from './selfTest.ts';
import { backendNames, configSchema, dataSchema, partialSchema, provenanceSchema } from './shared.ts';

const verdictSchema = z.enum(['pass', 'fail', 'inconclusive']);
export type Verdict = z.infer<typeof verdictSchema>;

/** One parameter's gradient on two sides, over all steps. */
const agreementSchema = z.strictObject({
  steps: z.int().nonnegative(),
  maxAbs: z.number(),
  /** |left - right| over the larger of the two, element by element. */
  maxRel: z.number(),
  /** Smallest cosine between the two gradients of a step; null if one side was zero at every step. */
  minCosine: z.number().nullable(),
  /** |left - right| in units in the last place (of the pair's precision) of the larger of the two. */
  maxUlp: z.number(),
  /** Largest |left - right| over the allowed difference: above 1 is a disagreement. */
  maxOverAllowed: z.number(),
  /** Steps with an element over the allowed difference. */
  failedSteps: z.int().nonnegative(),
  /** The element with the largest share of the allowed difference; epoch is 1-based. Null before any step. */
  worst: elementSchema.nullable(),
});
export type Agreement = z.infer<typeof agreementSchema>;

const pairSchema = z.strictObject({
  left: z.string(),
  right: z.string(),
  loss: z.enum(['logits', 'logged']),
  precision: z.enum(['float32', 'float64']),
  parameters: z.strictObject({ kernel: agreementSchema, weight: agreementSchema, bias: agreementSchema }),
  verdict: verdictSchema,
});
export type Pair = z.infer<typeof pairSchema>;

/** A statement decided over finite fields; a proof covers the algebra, not the rounding. */
const exactPartSchema = z.strictObject({
  verdict: z.enum(['proved', 'refuted', 'not proved', 'cannot prove']),
  /** Why it is neither proved nor refuted; null otherwise. */
  cause: z.string().nullable(),
  /** Chance of a false proof; null without a proof, or without a proven bound. */
  bound: z.number().positive().lt(1).nullable(),
});
export type ExactPart = z.infer<typeof exactPartSchema>;

const exactSchema = exactPartSchema.extend({
  lanes: z.int().positive(),
  /** Degree of the identity, from which the bound follows; null without an identity. */
  degree: z.int().nonnegative().nullable(),
  /** ReLU patterns that the proof covers: all at once, or those seen at a number of points. */
  patterns: z.union([
    z.literal('all'),
    z.strictObject({ seen: z.int().nonnegative(), proved: z.int().nonnegative() }),
  ]),
  /** The first wrong elements of a refuted gradient, in double precision. */
  wrong: z
    .array(
      z.strictObject({
        parameter: z.enum(parameterNames),
        index: z.array(z.int().nonnegative()),
        manual: z.number().nullable(),
        autodiff: z.number().nullable(),
      }),
    )
    .max(10),
  /** The same for the network as trained: on its backend, in single precision. */
  trained: exactPartSchema.extend({ backend: z.enum(backendNames), update: exactPartSchema }),
  /** An update is the parameters minus the learning rate times the gradient. */
  update: exactPartSchema,
  /**
   * The gradient of the logged loss is q / (q + 1e-7) times the notebook's, where q is the probability of the label.
   */
  logged: exactPartSchema,
});

const perParameter = z.strictObject({ kernel: z.number(), weight: z.number(), bias: z.number() });

const compareFields = z.strictObject({
  schema: z.literal('backproof/compare/1'),
  config: configSchema,
  data: dataSchema,
  partial: partialSchema,
  provenance: provenanceSchema,
  verdict: verdictSchema,
  pairs: z.array(pairSchema),
  /** The hand-written pass against the derivative of the forward pass, for every image, parameter and label. */
  exact: exactSchema,
  /** Single elements of the first pair, manual against autodiff of the logits loss, in both precisions. */
  scatter: scattersSchema,
  /** Central differences of the exact loss against the manual gradient, at steps spread over the run. */
  finiteDifferences: z.array(
    z.strictObject({
      epoch: z.int().positive(),
      sample: z.int().nonnegative(),
      /** Why the step was chosen. */
      reason: z.enum(['spread', 'saturated', 'nearly dead']),
      logit: z.number(),
      /** Pre-activations above 0. */
      open: z.int().nonnegative(),
      maxAbs: perParameter,
      maxOverAllowed: perParameter,
      /** Elements left out because a ReLU switches within the step of the difference. */
      skipped: z.int().nonnegative(),
      verdict: verdictSchema,
      /** The checker's message if it did not pass. */
      message: z.string().nullable(),
    }),
  ),
  /** The backward pass hop by hop at chosen steps of each walk. */
  chain: chainsSchema,
  /** Planted mistakes that the checker behind the finite differences must catch; null if the run was stopped. */
  selfTest: trialSchema.nullable(),
  /** Manual against autodiff of the logged loss: a difference between the losses, not a mistake. */
  logged: z.strictObject({
    maxAbs: z.number(),
    maxRel: z.number(),
    /** The first step at which the two differ by more than rounding allows; null if there is none. */
    firstStep: z
      .strictObject({ epoch: z.int().positive(), sample: z.int().nonnegative(), logit: z.number() })
      .nullable(),
    /** The step with the largest difference of the gradients with respect to the logit. */
    largest: z
      .strictObject({
        epoch: z.int().positive(),
        sample: z.int().nonnegative(),
        label: z.int().min(0).max(1),
        logit: z.number(),
        dLogitManual: z.number(),
        dLogitLogged: z.number(),
        kernelDifference: z.number(),
      })
      .nullable(),
    /** Steps whose difference follows from the 1e-7 inside the logged loss, and steps whose difference does not. */
    explainedSteps: z.int().nonnegative(),
    unexplainedSteps: z.int().nonnegative(),
    explanation: z.string(),
  }),
  /** Manual against autodiff of the logits loss, epoch by epoch, as far as the run went. */
  perEpoch: z.array(
    z.strictObject({
      epoch: z.int().positive(),
      loss: z.number(),
      maxAbs: perParameter,
      maxOverAllowed: perParameter,
      loggedMaxAbs: z.number(),
      logitMin: z.number(),
      logitMax: z.number(),
    }),
  ),
  /** The same in double precision. */
  perEpochFloat64: z.array(
    z.strictObject({
      epoch: z.int().positive(),
      maxAbs: perParameter,
      maxOverAllowed: perParameter,
    }),
  ),
  timing: z.strictObject({ steps: z.int().nonnegative(), seconds: z.number().nonnegative() }),
});

type Fields = z.infer<typeof compareFields>;

/** Everything that readers of the file rely on and the types cannot express. */
function* rules({ config, partial, pairs, perEpoch, perEpochFloat64, data }: Fields): Generator<Rule> {
  yield [pairs.length > 0, ['pairs'], 'pairs of sides that were compared, got none'];
  for (const [name, rows] of Object.entries({ perEpoch, perEpochFloat64 })) {
    const expected = `${partial === null ? '' : 'at most '}${config.epochs} entries (config.epochs), got ${rows.length}`;
    yield [partial === null ? rows.length === config.epochs : rows.length <= config.epochs, [name], expected];
    for (const [at, { epoch }] of rows.entries()) yield [epoch === at + 1, [name, at, 'epoch'], `${at + 1}`];
  }
  yield lengthIs(data.indices, data.trainCount, ['data', 'indices'], 'data.trainCount');
}

export const compareSchema = compareFields.check(consistent(rules));
/** compare.json */
export type CompareResult = Fields;
