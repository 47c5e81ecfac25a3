import * as z from 'zod';
import type { GradcheckResult, KinkPolicy, Mode } from '../index.ts';
import { decode } from './channel.ts';

/** How to check specs: the options of the command line, with defaults filled in. */
export interface CheckOptions {
  /** Check only the specs with this name or export. */
  readonly only: string | null;
  readonly seed: number;
  readonly mode: Mode;
  readonly order: 1 | 2;
  readonly kinks: KinkPolicy;
  readonly exact: 'on' | 'off' | 'only';
  readonly points: number;
  /** null for the default of the precision. */
  readonly rtol: number | null;
  readonly atol: number | null;
  readonly precision: 'float64' | 'float32';
  /** With precision float32: the backend whose gradients are compared with double precision; otherwise null. */
  readonly backend: 'cpu' | 'wasm' | 'native' | null;
}

/** The first and only message to the process with the module. */
export interface ChildInput {
  /** Absolute path of the module. */
  readonly file: string;
  /** The same, as the user wrote it. */
  readonly shownFile: string;
  readonly options: CheckOptions;
  /** The exports of specs to skip, because an earlier process reported them. */
  readonly skip: readonly string[];
  /** The beginning of every message of the process, unknown to the module. */
  readonly nonce: string;
}

/** A spec that cannot be checked; the message says why. */
export interface InvalidSpec {
  readonly exportedAs: string;
  readonly name: string;
  readonly status: 'invalid';
  readonly message: string;
  /** The stack of an error of this program; null if the spec is at fault. */
  readonly fault: string | null;
}

/** The result of one spec. */
export type SpecReport = ({ readonly exportedAs: string } & GradcheckResult) | InvalidSpec;

const exportedAs = z.string();
const fromChild = z.discriminatedUnion('kind', [
  /** The module was loaded, or loading failed: the files that were read for it. */
  z.object({ kind: z.literal('read'), files: z.array(z.string()) }),
  /** The module is loaded: its specs, after --only. */
  z.object({
    kind: z.literal('loaded'),
    specs: z.array(z.object({ exportedAs, name: z.string() })),
    all: z.array(z.string()),
  }),
  z.object({ kind: z.literal('started'), exportedAs }),
  z.object({ kind: z.literal('progress'), exportedAs, share: z.number().min(0).max(1) }),
  z.object({
    kind: z.literal('report'),
    report: z
      .looseObject({
        exportedAs,
        name: z.string(),
        status: z.enum(['pass', 'fail', 'inconclusive', 'unsupported', 'invalid']),
        message: z.string(),
      })
      // The report comes from the checker of this same build, so its fields need no validation.
      .transform((report) => report as unknown as SpecReport),
  }),
  /** The process is about to end while a spec is checked. */
  z.object({ kind: z.literal('leaving'), why: z.string() }),
  /** An error that belongs to no spec, while specs are checked. */
  z.object({ kind: z.literal('stray'), line: z.string() }),
  /** The last message: the module cannot be checked, for a reason in one line. */
  z.object({ kind: z.literal('problem'), line: z.string() }),
  /** The last message: the environment lacks what an option asks for. */
  z.object({ kind: z.literal('lacking'), line: z.string() }),
  /** The last message: an error of this program. */
  z.object({ kind: z.literal('fault'), stack: z.string() }),
  /** The last message: every spec has been reported. */
  z.object({ kind: z.literal('done') }),
]);

/** A message of the process with the module. */
export type FromChild = z.input<typeof fromChild> | { kind: 'report'; report: SpecReport };
/** The same after parsing. */
export type Received = z.output<typeof fromChild>;

/**
 * Reads a line of the channel. A line that does not begin with the nonce is not from this program, and is ignored.
 * @throws ZodError for a message of another kind, which would be a bug in this program
 */
export function readMessage(line: string, nonce: string): Received | null {
  return line.startsWith(`${nonce} `) ? fromChild.parse(decode(line.slice(nonce.length + 1))) : null;
}
