import { join } from 'node:path';
import {
  cases as allCases,
  audit,
  examplesOf,
  faultsMarkdown,
  formatAudit,
  type Signature,
  signatures,
} from '../audit/index.ts';
import { type AuditResult, auditSchema } from '../results/audit.ts';
import { type AuditBackend, auditBackendNames } from '../results/auditNames.ts';
import { writeResult } from '../results/file.ts';
import { prepareOutputs } from '../results/outputs.ts';
import { provenanceOf } from '../results/provenance.ts';
import { backendNames } from '../results/runNames.ts';
import { EXIT, type ExitCode, usageFailure } from '../system/errors.ts';
import { backendStatus } from '../tfjs/backends.ts';
import { tfjsVersion } from '../tfjs/tfjs.ts';
import { mergeAudit, writeAuditPage } from './auditDevice.ts';
import type { Console } from './console.ts';
import type { Stop } from './signals.ts';
import { choice, integer } from './values.ts';

/** Options of the audit. */
export interface AuditFlags {
  readonly only?: string;
  readonly backend?: string;
  readonly cases: string;
  readonly seed: string;
  readonly out: string;
  readonly markdown: boolean;
  /** The file for the page, or true for the default one. */
  readonly page?: string | true;
  readonly merge?: string;
}

/** `backproof audit`: checks every registered gradient of TensorFlow.js on every backend that works on this machine. */
export async function auditCommand(flags: AuditFlags, console: Console, stop: Stop): Promise<ExitCode> {
  if (flags.page !== undefined && flags.merge !== undefined)
    throw usageFailure('--page: expected no --merge beside it, got both; run them one after the other');
  if (flags.page !== undefined)
    return writeAuditPage(flags.page === true ? join(flags.out, 'audit.html') : flags.page, console);
  if (flags.merge !== undefined) return mergeAudit(flags.merge, flags.out, console);
  const startedAt = new Date();
  const only = flags.only === undefined ? undefined : choice(names())('--only', flags.only);
  const backends = readBackends(flags.backend);
  const cases = integer('a whole number from 0', 0, 10_000_000)('--cases', flags.cases);
  const seed = integer('a whole number from 0', 0, 2 ** 31 - 1)('--seed', flags.seed);
  if (flags.markdown) {
    const isMeant = ({ kernel, op }: Signature): boolean =>
      only === undefined || kernel === only || op === only;
    const up =
      backends ?? (await backendStatus()).filter(({ problem }) => problem === null).map(({ name }) => name);
    console.say(faultsMarkdown(await examplesOf(up, isMeant, stop.signal)));
    return EXIT.done;
  }
  await prepareOutputs(flags.out);
  const progress = console.progress('audit');
  const findings = await audit({
    backends: backends ?? [...backendNames, 'float64'],
    asked: backends !== undefined,
    only,
    generation: cases === 0 ? undefined : { cases, seed },
    signal: stop.signal,
    onProgress: (done, total, note) => progress.update(done, total, note),
  }).finally(() => progress.done());
  const result: AuditResult = {
    schema: 'backproof/audit/1',
    provenance: await provenanceOf({
      tfjs: tfjsVersion,
      backend: 'none',
      backendReason: `the audit runs on ${findings.backends.map(({ name }) => name).join(', ')}`,
      command: commandOf(flags),
      startedAt,
    }),
    ...findings,
    devices: [],
  };
  const path = join(flags.out, 'audit.json');
  await writeResult(path, auditSchema, result);
  for (const line of formatAudit(result)) console.say(line);
  console.say(`written   ${path}`);
  console.json(result);
  return result.summary.verdict === 'pass' ? EXIT.done : EXIT.disagreement;
}

/** The names that --only accepts: kernels, and the public names of ops. */
const names = (): string[] => [
  ...new Set([...allCases, ...signatures].flatMap(({ kernel, op }) => [kernel, op])),
];

/** The backends of a comma-separated list; undefined without a list. */
function readBackends(list: string | undefined): AuditBackend[] | undefined {
  if (list === undefined) return undefined;
  const read = choice(auditBackendNames);
  return [...new Set(list.split(',').map((name) => read('--backend', name.trim())))];
}

const commandOf = ({ only, backend, cases, seed }: AuditFlags): string =>
  [
    'backproof audit',
    ...(only === undefined ? [] : [`--only ${only}`]),
    ...(backend === undefined ? [] : [`--backend ${backend}`]),
    `--cases ${cases}`,
    `--seed ${seed}`,
  ].join(' ');
