import { z } from 'zod';
import { auditBackendNames, auditVerdicts } from './names.ts';
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
  /** Largest distance from double precision in units in the last place of float32; null where it was not measured. */
  ulps: z.number().nullable(),
  /** Refused, because TensorFlow.js has no such kernel, or no gradient of it: which of them. */
  missing: z.enum(['kernel', 'gradient']).nullable(),
  /** The message, where it was refused or is inconclusive. */
  message: z.string().nullable(),
});
export type CaseResult = z.infer<typeof caseResultSchema>;

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
  verdict: z.enum(auditVerdicts),
  /** Why, for those that are known. */
  reason: z.string().nullable(),
});
export type AuditFinding = z.infer<typeof findingSchema>;

const casesSchema = z.array(
  z.strictObject({
    /** The kernel whose registered gradient the case is about. */
    kernel: z.string(),
    /** The op as it is called. */
    op: z.string(),
    /** Of the inputs, by name. */
    shapes: z.record(z.string(), z.array(z.int().nonnegative()).readonly()),
    attributes: z.record(z.string(), attributeSchema),
    results: z.partialRecord(z.enum(auditBackendNames), caseResultSchema),
  }),
);

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
  cases: casesSchema,
  summary: z.strictObject({
    /** pass: everything that is not right is known, and every registered gradient has a case. */
    verdict: z.enum(['pass', 'fail']),
    /** Kernels with a registered gradient, those with a case, those without one for a reason, and those forgotten. */
    gradients: z.int().nonnegative(),
    audited: z.int().nonnegative(),
    excluded: z.record(z.string(), z.string()),
    uncovered: z.array(z.string()),
    counts: z.partialRecord(z.enum(auditBackendNames), countsSchema),
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
    .strictObject({ done: z.int().nonnegative(), total: z.int().positive(), reason: z.string() })
    .nullable(),
  /** The same with `backproof/gradients` imported; null where that was not asked for. */
  mended: z
    .strictObject({ cases: casesSchema, counts: z.partialRecord(z.enum(auditBackendNames), countsSchema) })
    .nullable(),
};

/** What the page gives out as JSON. */
export const deviceAuditSchema = z
  .strictObject({ schema: z.literal('backproof/audit-device/1'), ...device, ...findings })
  .refine(
    ({ backends, cases, mended }) => {
      const working = new Set<string>(
        backends.filter((each) => each.problem === null).map(({ name }) => name),
      );
      return [...cases, ...(mended?.cases ?? [])].every(({ results }) =>
        Object.keys(results).every((name) => working.has(name)),
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
