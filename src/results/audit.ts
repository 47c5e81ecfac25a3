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
/** The attributes of an op's call, by name; `note` describes the values of its inputs. */
export type Attributes = Readonly<Record<string, z.infer<typeof attributeSchema>>>;

const caseResultSchema = z.strictObject({
  verdict: z.enum(auditVerdicts),
  /** The element of a wrong gradient or output that is furthest off. null values are not finite. */
  worst: z
    .strictObject({
      /** The input whose gradient is wrong; null for the output. */
      input: z.string().nullable(),
      index: z.array(z.int().nonnegative()),
      came: z.number().nullable(),
      right: z.number().nullable(),
    })
    .nullable(),
  /** Only results that are refused because TensorFlow.js has no such kernel or gradient. */
  missing: z.enum(['kernel', 'gradient']).nullable(),
  /** The error message, if refused or inconclusive. */
  message: z.string().nullable(),
});
export type CaseResult = z.infer<typeof caseResultSchema>;

/** Entries of the package that fix TensorFlow.js. */
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
  /** Bound on the chance that a wrong gradient is called proved; null without a proven bound. */
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
  /** Index in `cases`. */
  case: z.int().nonnegative(),
  kernel: z.string(),
  op: z.string(),
  backend: z.enum(auditBackendNames),
  mode: z.enum(auditModes),
  verdict: z.enum(auditVerdicts),
  /** The known fault that explains it, with the reason. */
  fault: z.string().nullable(),
  reason: z.string().nullable(),
});
export type AuditFinding = z.infer<typeof findingSchema>;

const valuesSchema = z.strictObject({
  shape: z.array(z.int().nonnegative()).readonly(),
  values: z.array(z.number()).readonly(),
  dtype: z.enum(['float32', 'int32', 'bool']),
});

/** A generated case that is not right: the smallest one found of its kind. */
const generatedFindingSchema = z.strictObject({
  kernel: z.string(),
  op: z.string(),
  backend: z.enum(auditBackendNames),
  mode: z.enum(auditModes),
  fault: z.string().nullable(),
  /** Number of generated cases that showed it. */
  hits: z.int().positive(),
  /** The choices that generate the case: see src/audit/generate. */
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
  /** Not right, and known. In the plain mode, recognized by their properties without being run. */
  known: z.int().nonnegative(),
  /** Not right, and not known. */
  fresh: z.int().nonnegative(),
  /** Finite differences are inconclusive. */
  inconclusive: z.int().nonnegative(),
});

const generatedSchema = z.strictObject({
  seed: z.int().nonnegative(),
  /** Number of cases that were run, and of draws that no op accepts. */
  cases: z.int().nonnegative(),
  rejected: z.int().nonnegative(),
  counts: z.record(z.enum(auditModes), z.partialRecord(z.enum(auditBackendNames), generatedCountsSchema)),
  findings: z.array(generatedFindingSchema),
  seconds: z.number().nonnegative(),
});
export type GeneratedResult = z.infer<typeof generatedSchema>;

/** An audit of several backends on one machine. */
const findings = {
  /** The backends, and which of their kernels this project adds or replaces. */
  backends: z.array(
    z.strictObject({
      name: z.enum(auditBackendNames),
      /** Why the backend could not be audited; null if it was. */
      problem: z.string().nullable(),
      ownKernels: z.array(z.string()),
    }),
  ),
  cases: z.array(
    z.strictObject({
      /** The kernel whose registered gradient the case is about. */
      kernel: z.string(),
      /** The public name of the op. */
      op: z.string(),
      /** Shapes of the inputs, by name. */
      shapes: z.record(z.string(), z.array(z.int().nonnegative()).readonly()),
      attributes: z.record(z.string(), attributeSchema),
      /** With the entries of this package loaded. */
      results: resultsSchema,
      /** The exact check of the gradient in double precision; null if float64 has no gradient. */
      exact: exactSchema.nullable(),
      /** The same for TensorFlow.js as shipped. */
      plain: z.strictObject({ results: resultsSchema, exact: exactSchema.nullable() }),
    }),
  ),
  /** Generated cases; null if none were requested. */
  generated: generatedSchema.nullable(),
  summary: z.strictObject({
    /**
     * pass: every result that is not right is known, generated cases included, and every registered gradient has a
     * case.
     */
    verdict: z.enum(['pass', 'fail']),
    /**
     * Kernels with a registered gradient, those with a case, those excluded with a reason, and those without either.
     */
    gradients: z.int().nonnegative(),
    audited: z.int().nonnegative(),
    excluded: z.record(z.string(), z.string()),
    uncovered: z.array(z.string()),
    counts: z.partialRecord(z.enum(auditBackendNames), countsSchema),
    plainCounts: z.partialRecord(z.enum(auditBackendNames), countsSchema),
    /** For each kernel with a case, the exact check of all its cases: proved, refuted, or why it is open. */
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
    /** Not right, but known. */
    known: z.array(findingSchema),
    /** Known faults that now give right results, so that their entry can be removed. */
    fixedMeanwhile: z.array(findingSchema),
    seconds: z.number().nonnegative(),
  }),
};
/** Backends, cases and their results: the part of audit.json about this machine, and about each device. */
export type AuditFindings = z.infer<z.ZodObject<typeof findings>>;
export type AuditedCase = AuditFindings['cases'][number];

/** The device that opened the page written by `backproof audit --page`. */
const device = {
  /** The browser's user agent. */
  browser: z.string(),
  /** The graphics card as reported by WebGL and WebGPU; null if the browser has none or does not reveal it. */
  webgl: z.string().nullable(),
  webgpu: z.string().nullable(),
  /** The version of the backproof that wrote the page, and of TensorFlow.js. */
  version: z.string(),
  tfjs: z.string(),
  startedAt: z.string(),
  /** Checks done and checks planned, if not all were done; null for a whole audit. */
  partial: z
    .strictObject({ done: z.int().nonnegative(), total: z.int().nonnegative(), reason: z.string() })
    .nullable(),
};

/** The JSON that the page produces. It has no generated cases and no exact checks. */
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
  /** Other devices, added by `backproof audit --merge`. Their `cases` are only those that are not right. */
  devices: z.array(z.strictObject({ ...device, ...findings })),
});
/** audit.json */
export type AuditResult = z.infer<typeof auditSchema>;
