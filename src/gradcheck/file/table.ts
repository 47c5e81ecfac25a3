import type { GradcheckResult, InputResult } from '../index.ts';
import type { SpecReport } from './messages.ts';
import type { CheckReport } from './report.ts';

/** A row of the table: the cells, and whether it is good news. */
export interface Row {
  readonly cells: readonly string[];
  readonly status: SpecReport['status'];
}

export const HEADING = ['spec', 'input', 'shape', 'status', 'worst/allowed', 'elements', 'exact'] as const;
/** The text of each status. */
export const WORDS = {
  pass: 'pass',
  fail: 'FAIL',
  inconclusive: 'INCONCLUSIVE',
  unsupported: 'UNSUPPORTED',
  invalid: 'INVALID',
} as const satisfies Record<SpecReport['status'], string>;

/** A row for every input of every spec, and one for a spec that failed for another reason than its numbers. */
export function rowsOf(reports: readonly SpecReport[]): Row[] {
  return reports.flatMap((report) => {
    const { name, status } = report;
    if (status === 'invalid') return [{ cells: [name, '', '', WORDS.invalid, '', '', ''], status }];
    const rows = Object.entries(report.inputs).map(([input, result]) => rowOf(report, input, result));
    if (status !== 'fail' || report.stage === 'numbers') return rows;
    return [{ cells: [name, '', '', WORDS.fail, '', report.stage ?? '', ''], status }, ...rows];
  });
}

function rowOf({ name, status: ofSpec, exact }: GradcheckResult, input: string, result: InputResult): Row {
  const status = result.status === 'not checked' ? ofSpec : result.status;
  const word = result.status === 'not checked' && ofSpec === 'fail' ? 'not checked' : WORDS[status];
  const shape = `[${result.shape}]`;
  return {
    cells: [name, input, shape, word, shareOf(result), countsOf(result), exact?.verdict ?? ''],
    status,
  };
}

/** The worst error divided by the error allowed; above 1 is wrong. */
function shareOf({ worst }: InputResult): string {
  if (worst === null) return '';
  const share = worst.distance === 0 ? 0 : worst.distance / worst.tolerance.total;
  return share >= 1000 || (share > 0 && share < 0.001)
    ? share.toExponential(1).replace('e+', 'e')
    : share.toFixed(3);
}

function countsOf({ checked, size, directions, wrong, undecided, skipped }: InputResult): string {
  const parts = [checked === size ? `${size}` : `${checked} of ${size}`];
  if (directions > 0) parts.push(`${directions} directions`);
  if (wrong > 0) parts.push(`${wrong} wrong`);
  if (undecided > 0) parts.push(`${undecided} undecided`);
  if (skipped > 0) parts.push(`${skipped} skipped at kinks`);
  return parts.join(', ');
}

const plural = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

/** The last line: the overall verdict. */
export function verdictLine(
  { verdict, files, seconds }: CheckReport,
  paint: (word: string) => string = (word) => word,
): string {
  const specs = files.flatMap((file) => file.specs);
  const problems = files.filter(({ problem }) => problem !== null).length;
  const having = specs.filter(({ status }) => status === verdict).length;
  const counted = `${verdict === 'pass' || having === 0 ? '' : `${having} of `}${plural(specs.length, 'spec')}`;
  const parts = [
    ...(specs.length === 0 ? [] : [counted]),
    ...(problems === 0 ? [] : [`${problems} of ${plural(files.length, 'module')} cannot be checked`]),
    ...(files.length === 1 ? [] : [plural(files.length, 'file')]),
  ];
  return `verdict  ${paint(WORDS[verdict].toUpperCase())}: ${parts.join(', ')}, checked in ${seconds.toFixed(1)} s`;
}
