import type { SpecReport } from '../messages.ts';
import { type CheckReport, countsOf, type FileReport } from '../report.ts';

/**
 * The report as JUnit XML: a suite for every file, a case for every spec. Only a pass is green: inconclusive and
 * unsupported are failures of that type, and a spec that could not be checked is an error. The texts in a report
 * contain only visible characters (visible.ts), so only XML's special characters need to be escaped here.
 */
export function junitOf({ files, seconds }: CheckReport): string {
  const suites = files.flatMap(suiteOf);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="backproof check" ${countsIn(files)} time="${seconds.toFixed(3)}">`,
    ...suites,
    '</testsuites>',
  ].join('\n');
}

function suiteOf(file: FileReport): string[] {
  const attributes = `name="${escaped(file.file)}" ${countsIn([file])} time="${file.seconds.toFixed(3)}"`;
  const cases = file.specs.flatMap((spec) => caseOf(file.file, spec));
  return [
    `  <testsuite ${attributes}>`,
    ...(file.problem === null ? [] : problemCase(file.file, file.problem)),
    ...cases,
    '  </testsuite>',
  ];
}

/** A problem of the module itself gets a case as well; otherwise JUnit readers would not count it. */
const problemCase = (file: string, problem: string): string[] => [
  `    <testcase classname="${escaped(file)}" name="the module">`,
  `      <error type="invalid" message="${escaped(problem)}"/>`,
  '    </testcase>',
];

function caseOf(file: string, spec: SpecReport): string[] {
  const seconds = spec.status === 'invalid' ? 0 : spec.milliseconds / 1000;
  const attributes = `classname="${escaped(file)}" name="${escaped(spec.name)}" time="${seconds.toFixed(3)}"`;
  if (spec.status === 'pass') return [`    <testcase ${attributes}/>`];
  const element = spec.status === 'invalid' ? 'error' : 'failure';
  const [first] = spec.message.split('\n');
  return [
    `    <testcase ${attributes}>`,
    `      <${element} type="${spec.status}" message="${escaped(first!)}">${escaped(spec.message)}</${element}>`,
    '    </testcase>',
  ];
}

function countsIn(files: readonly FileReport[]): string {
  const { pass, fail, inconclusive, unsupported, invalid } = countsOf(files);
  const failures = fail + inconclusive + unsupported;
  return `tests="${pass + failures + invalid}" failures="${failures}" errors="${invalid}"`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};
const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
