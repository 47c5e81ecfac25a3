/** The result of a check of files, as data; every reporter makes its text from it. */
import type { CheckOptions, SpecReport } from './messages.ts';

/** The status of one spec, or the verdict on several. */
export type Verdict = SpecReport['status'];

/** From worst to best; the first that occurs is the verdict. */
export const VERDICTS = [
  'invalid',
  'fail',
  'inconclusive',
  'unsupported',
  'pass',
] as const satisfies readonly Verdict[];

/** One module. */
export interface FileReport {
  /** As the user wrote it. */
  readonly file: string;
  readonly verdict: Verdict;
  readonly seconds: number;
  /** Why the module could not be checked, or what failed in it outside of its specs, in one line; otherwise null. */
  readonly problem: string | null;
  readonly specs: readonly SpecReport[];
}

/** A whole check. */
export interface CheckReport {
  readonly schema: 'backproof/check/1';
  readonly verdict: Verdict;
  readonly seconds: number;
  readonly options: CheckOptions;
  readonly files: readonly FileReport[];
}

/** The JSON of `backproof check --reporter json`, with the specs of all modules, one or many, in one list. */
export function jsonOf({ files, ...report }: CheckReport) {
  return {
    ...report,
    files: files.map(({ specs: _specs, ...file }) => file),
    specs: files.flatMap(({ file, specs }) => specs.map((spec) => ({ file, ...spec }))),
  };
}

/** The number of specs, and of problems of modules, with each status. */
export function countsOf(files: readonly FileReport[]): Record<Verdict, number> {
  const counts = { invalid: 0, fail: 0, inconclusive: 0, unsupported: 0, pass: 0 };
  for (const { problem, specs } of files) {
    if (problem !== null) counts.invalid += 1;
    for (const { status } of specs) counts[status] += 1;
  }
  return counts;
}

/** The worst status of all; invalid if nothing was checked. */
export function verdictOf(files: readonly FileReport[]): Verdict {
  const counts = countsOf(files);
  return VERDICTS.find((verdict) => counts[verdict] > 0) ?? 'invalid';
}

/** The verdict of one module. */
export const verdictOfFile = (file: Omit<FileReport, 'verdict'>): Verdict =>
  verdictOf([{ ...file, verdict: 'pass' }]);

/** The stacks of errors of this program. */
export const faultsOf = (files: readonly FileReport[]): string[] =>
  files.flatMap(({ specs }) => specs.flatMap((spec) => (spec.status === 'invalid' && spec.fault) || []));
