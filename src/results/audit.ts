import { z } from 'zod';
import { auditBackendNames, auditModes, auditVerdicts } from './auditNames.ts';
import { provenanceSchema } from './shared.ts';

const attributeSchema = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.array(z.number()).readonly(),
  z.array(z.array(z.number()).readonly()).readonly(),
]);
/** The attributes that an op is called with, by name; `note` is a word on the values of its inputs. */
export type Attributes = Readonly<Record<string, z.infer<typeof attributeSchema>>>;

const caseResultSchema = z.strictObject({
  verdict: z.enum(auditVerdicts),
  /** Of a wrong gradient, or a wrong output of the forward: the element furthest off. Null values are not finite. */
  worst: z
    .strictObject({
      /** The input whose gradient it is; null for the output. */
      input: z.string().nullable(),
      index: z.array(z.int().nonnegative()),
      came: z.number().nullable(),
      right: z.number().nullable(),
    })
    .nullable(),
  /** Refused, because TensorFlow.js has no such kernel, or no gradient of it: which of them. */
  missing: z.enum(['kernel', 'gradient']).nullable(),
  /** The message, where it was refused or is inconclusive. */
  message: z.string().nullable(),
});
export type CaseResult = z.infer<typeof caseResultSchema>;

/** Entries of the package that put TensorFlow.js right. */
export const fixingEntries = [
  'backproof/gradients',
  'backproof/cpu-fixes',
  'backproof/gpu-fixes',
  'backproof/wasm-training',
  'backproof/native',
] as const;
export type FixingEntry = (typeof fixingEntries)[number];

/** The exact check of a case's gradient, in double precision. */
const exactSchema = z.strictObject({
  verdict: z.enum(['proved', 'refuted', 'not proved', 'cannot prove']),
  /** Why it is neither proved nor refuted. */
  cause: z.string().nullable(),
  /** Bound of the chance that a wrong gradient is called proved; null where none is proven. */
  bound: z.number().nullable(),
});
export type AuditExact = z.infer<typeof exactSchema>;

const resultsSchema = z.partialRecord(z.enum(auditBackendNames), caseResultSchema);

const countsSchema = z.strictObject({
  right: z.int().nonnegative(),
  wrong: z.int().nonnegative(),
  refused: z.int().nonnegative(),
  inconclusive: z.int().nonnegative(),
});
export type AuditCounts = z.infer<typeof countsSchema>;

const findingSchema = z.strictObject({
  /** Position in `cases`. */
  case: z.int().nonnegative(),
  kernel: z.string(),
  op: z.string(),
  backend: z.enum(auditBackendNames),
  mode: z.enum(auditModes),
  verdict: z.enum(auditVerdicts),
  /** The known fault that it is, and why. */
  fault: z.string().nullable(),
  reason: z.string().nullable(),
});
export type AuditFinding = z.infer<typeof findingSchema>;

const valuesSchema = z.strictObject({
  shape: z.array(z.int().nonnegative()).readonly(),
  values: z.array(z.number()).readonly(),
  dtype: z.enum(['float32', 'int32', 'bool']),
});

/** A generated case that is not right: the smallest that was found of its kind. */
const generatedFindingSchema = z.strictObject({
  kernel: z.string(),
  op: z.string(),
  backend: z.enum(auditBackendNames),
  mode: z.enum(auditModes),
  fault: z.string().nullable(),
  /** How many of the generated cases showed it. */
  hits: z.int().positive(),
  /** The choices that make the case: src/audit/generate. */
  choices: z.array(z.int().nonnegative()).readonly(),
  inputs: z.record(z.string(), valuesSchema),
  attributes: z.record(z.string(), attributeSchema),
  /** The call as JavaScript. */
  code: z.string(),
  result: caseResultSchema,
});
export type GeneratedFinding = z.infer<typeof generatedFindingSchema>;

const generatedCountsSchema = z.strictObject({
  right: z.int().nonnegative(),
  /** Not right, and known; of the plain mode, known by what they are, and not tried. */
  known: z.int().nonnegative(),
  /** Not right, and not known. */
  fresh: z.int().nonnegative(),
  /** The differences cannot tell. */
  inconclusive: z.int().nonnegative(),
});

const generatedSchema = z.strictObject({
  seed: z.int().nonnegative(),
  /** Cases that were tried, and draws that no op takes. */
  cases: z.int().nonnegative(),
  rejected: z.int().nonnegative(),
  counts: z.record(z.enum(auditModes), z.partialRecord(z.enum(auditBackendNames), generatedCountsSchema)),
  findings: z.array(generatedFindingSchema),
  seconds: z.number().nonnegative(),
});
export type GeneratedResult = z.infer<typeof generatedSchema>;

/** An audit of some backends in one place. */
const findings = {
  /** The backends, and which of their kernels are this project's own in place of, or beside, those shipped. */
  backends: z.array(
    z.strictObject({
      name: z.enum(auditBackendNames),
      /** Why it could not be audited here; null where it was. */
      problem: z.string().nullable(),
      ownKernels: z.array(z.string()),
    }),
  ),
  cases: z.array(
    z.strictObject({
      /** The kernel whose registered gradient the case is about. */
      kernel: z.string(),
      /** The op as it is called. */
      op: z.string(),
      /** Of the inputs, by name. */
      shapes: z.record(z.string(), z.array(z.int().nonnegative()).readonly()),
      attributes: z.record(z.string(), attributeSchema),
      /** With the entries of this package. */
      results: resultsSchema,
      /** Of the gradient in double precision; null where float64 gives none. */
      exact: exactSchema.nullable(),
      /** The same of TensorFlow.js as it is shipped. */
      plain: z.strictObject({ results: resultsSchema, exact: exactSchema.nullable() }),
    }),
  ),
  /** Generated cases; null where none were asked for. */
  generated: generatedSchema.nullable(),
  summary: z.strictObject({
    /** pass: everything that is not right is known, generated cases included, and every registered gradient has a case. */
    verdict: z.enum(['pass', 'fail']),
    /** Kernels with a registered gradient, those with a case, those without one for a reason, and those forgotten. */
    gradients: z.int().nonnegative(),
    audited: z.int().nonnegative(),
    excluded: z.record(z.string(), z.string()),
    uncovered: z.array(z.string()),
    counts: z.partialRecord(z.enum(auditBackendNames), countsSchema),
    plainCounts: z.partialRecord(z.enum(auditBackendNames), countsSchema),
    /** Of each kernel with a case, by the exact check of all its cases: proved, refuted, or why it is open. */
    exact: z.record(
      z.string(),
      z.strictObject({
        verdict: z.enum(['proved', 'refuted', 'open']),
        cases: z.int().positive(),
        proved: z.int().nonnegative(),
        cause: z.string().nullable(),
      }),
    ),
    /** Not right, and not known: exit code 3. */
    fresh: z.array(findingSchema),
    /** Not right, as known. */
    known: z.array(findingSchema),
    /** Known faults that have come out right: the entry can go. */
    fixedMeanwhile: z.array(findingSchema),
    seconds: z.number().nonnegative(),
  }),
};
/** Backends, cases and what they come to: what audit.json has of this machine, and of each device. */
export type AuditFindings = z.infer<z.ZodObject<typeof findings>>;
export type AuditedCase = AuditFindings['cases'][number];

/** The device on which the page was opened that `backproof audit --page` writes. */
const device = {
  /** The browser's name for itself. */
  browser: z.string(),
  /** The graphics card as WebGL and WebGPU name it; null where the browser has none or keeps it to itself. */
  webgl: z.string().nullable(),
  webgpu: z.string().nullable(),
  /** backproof's version, which wrote the page, and TensorFlow.js's. */
  version: z.string(),
  tfjs: z.string(),
  startedAt: z.string(),
  /** Checks that were done of those planned, where not all were; null for a whole audit. */
  partial: z
    .strictObject({ done: z.int().nonnegative(), total: z.int().nonnegative(), reason: z.string() })
    .nullable(),
};

/** The JSON that the page gives out. Nothing is generated there, and the exact check is not made. */
export const deviceAuditSchema = z
  .strictObject({ schema: z.literal('backproof/audit-device/1'), ...device, ...findings })
  .refine(
    ({ backends, cases }) => {
      const working = new Set<string>(
        backends.filter((each) => each.problem === null).map(({ name }) => name),
      );
      return cases.every(({ results, plain }) =>
        [...Object.keys(results), ...Object.keys(plain.results)].every((name) => working.has(name)),
      );
    },
    { path: ['cases'], message: 'a result of a backend that did not work there' },
  );
export type DeviceAudit = z.infer<typeof deviceAuditSchema>;

export const auditSchema = z.strictObject({
  schema: z.literal('backproof/audit/1'),
  provenance: provenanceSchema,
  ...findings,
  /** Other devices, by `backproof audit --merge`. Their `cases` are only those that are not right. */
  devices: z.array(z.strictObject({ ...device, ...findings })),
});
/** audit.json */
export type AuditResult = z.infer<typeof auditSchema>;
