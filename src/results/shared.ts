import { z } from 'zod';
import { backendNames, engineNames, lossNames } from './runNames.ts';

/** Counts from 0. */
const count = z.int().nonnegative();

/** From 0 to 1: an accuracy, a probability, a part of a whole. */
export const shareSchema = z.number().min(0).max(1);

/** The notebook's loss of a sample, or its mean; the 1e-7 in its logarithms keeps it below -log(1e-7). */
export const lossSchema = z.number().min(-1e-6).max(17);

export const configSchema = z.strictObject({
  seed: z.int().min(0).max(4294967295),
  positive: z.int().min(0).max(9),
  negative: z.int().min(0).max(9),
  perClass: z.int().positive(),
  epochs: z.int().positive(),
  learningRate: z.number().positive(),
  kernelSize: z
    .int()
    .min(1)
    .max(15)
    .refine((side) => side % 2 === 1, 'expected an odd number'),
  engine: z.enum(engineNames),
  loss: z.enum(lossNames),
  backend: z.enum(['auto', ...backendNames]),
  data: z.string(),
});
/** The configuration of a run. */
export type Config = z.infer<typeof configSchema>;

export const dataSchema = z.strictObject({
  source: z.enum(['usps', 'synthetic', 'file']),
  files: z.array(z.strictObject({ name: z.string(), bytes: count, sha256: z.string() })),
  /** The chosen 0-based lines of the training file, in training order. */
  indices: z.array(count),
  trainCount: count,
  testCount: count,
});
/** The source of the images. */
export type DataSummary = z.infer<typeof dataSchema>;

export const provenanceSchema = z.strictObject({
  version: z.string(),
  commit: z.string().nullable(),
  dirty: z.boolean().nullable(),
  node: z.string(),
  tfjs: z.string(),
  /** The backend that ran, and why it was chosen. */
  backend: z.enum([...backendNames, 'none']),
  backendReason: z.string(),
  platform: z.string(),
  cpu: z.string(),
  startedAt: z.string(),
  /** The command that repeats the run. */
  command: z.string(),
});
export type Provenance = z.infer<typeof provenanceSchema>;

/** Why a run ended before its last epoch; null for a whole run. */
export const partialSchema = z
  .strictObject({
    reason: z.enum(['interrupted', 'diverged']),
    /** 1-based epoch and 0-based sample at which it stopped. */
    epoch: count,
    sample: count,
    message: z.string(),
  })
  .nullable();
export type EarlyEnd = z.infer<typeof partialSchema>;

export { type ParameterName, parameterNames } from './parameterNames.ts';
export {
  type BackendName,
  backendNames,
  type EngineName,
  engineNames,
  type Loss,
  lossNames,
} from './runNames.ts';
