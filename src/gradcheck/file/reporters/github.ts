import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { CheckReport, FileReport, Verdict } from '../report.ts';
import { verdictLine } from '../table.ts';

/** The annotation level of each status; a pass has none. */
const COMMANDS = {
  invalid: 'error',
  fail: 'error',
  inconclusive: 'warning',
  unsupported: 'warning',
} as const satisfies Partial<Record<Verdict, string>>;

/** The report as workflow commands of GitHub Actions: an annotation for every spec that did not pass, and a verdict. */
export function githubOf(report: CheckReport): string {
  return [...report.files.flatMap(annotationsOf), verdictLine(report)].join('\n');
}

function annotationsOf({ file, problem, specs }: FileReport): string[] {
  const source = sourceOf(file);
  const lines = problem === null ? [] : [annotation('error', file, 1, 'the module', problem)];
  for (const { status, exportedAs, name, message } of specs) {
    if (status === 'pass') continue;
    const title = `${name}: ${status}`;
    lines.push(annotation(COMMANDS[status], file, lineOfExport(source, exportedAs), title, message));
  }
  return lines;
}

function annotation(command: string, file: string, line: number, title: string, message: string): string {
  // Paths of annotations are relative to the repository, in which a workflow runs.
  const properties = { file: relative('', file), line: String(line), title };
  const pairs = Object.entries(properties).map(([key, value]) => `${key}=${propertyText(value)}`);
  return `::${command} ${pairs.join(',')}::${messageText(message)}`;
}

/** Escapes as the toolkit of GitHub Actions does (actions/toolkit, packages/core/src/command.ts). */
const messageText = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const propertyText = (text: string): string =>
  messageText(text).replaceAll(':', '%3A').replaceAll(',', '%2C');

function sourceOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch {
    return [];
  }
}

/** The line of an export, counted from 1; 1 if no line exports it literally. */
function lineOfExport(source: readonly string[], exportedAs: string): number {
  const name = /^[\w$]+/.exec(exportedAs)?.[0].replaceAll('$', '\\$') ?? '';
  const exporting = new RegExp(`\\bexports?\\b.*(?<![\\w$])${name}(?![\\w$])`);
  return (
    Math.max(
      0,
      source.findIndex((line) => exporting.test(line)),
    ) + 1
  );
}
