import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { CheckedFile, CheckedModule } from '../gradcheck/file/checkFile.ts';
import { checkFiles, type FilesHooks } from '../gradcheck/file/checkFiles.ts';
import type { Reporter } from '../gradcheck/file/config.ts';
import { writeExample } from '../gradcheck/file/example.ts';
import { findFiles } from '../gradcheck/file/find.ts';
import type { CheckOptions } from '../gradcheck/file/messages.ts';
import {
  type CheckReport,
  type FileReport,
  faultsOf,
  jsonOf,
  type Verdict,
} from '../gradcheck/file/report.ts';
import { githubOf } from '../gradcheck/file/reporters/github.ts';
import { junitOf } from '../gradcheck/file/reporters/junit.ts';
import { HEADING, rowsOf, verdictLine } from '../gradcheck/file/table.ts';
import { writeWhole } from '../results/file.ts';
import { EXIT, type ExitCode, usageFailure } from '../system/errors.ts';
import { alignedLines } from '../system/text.ts';
import { type CheckFlags, type ChosenReporter, readCheckSettings } from './checkOptions.ts';
import type { Console, Style } from './console.ts';
import type { Stop } from './signals.ts';

const EXIT_CODES = {
  invalid: EXIT.usage,
  fail: EXIT.disagreement,
  inconclusive: EXIT.inconclusive,
  unsupported: EXIT.inconclusive,
  pass: EXIT.done,
} as const satisfies Record<Verdict, ExitCode>;
const STYLES = {
  invalid: 'red',
  fail: 'red',
  inconclusive: 'yellow',
  unsupported: 'yellow',
  pass: 'green',
} as const satisfies Record<Verdict, Style>;

/** The reporters that print the whole report at the end. */
const TEXTS = {
  json: (report: CheckReport) => JSON.stringify(jsonOf(report)),
  junit: junitOf,
  github: githubOf,
} as const satisfies Record<Exclude<Reporter, 'default'>, (report: CheckReport) => string>;

/**
 * `backproof check FILE...`: checks every spec that the modules export, and prints a table and the failures; `--init`
 * writes an example instead, and `--self-test`, which needs no file, tests the checker.
 */
export async function checkCommand(
  given: readonly string[],
  flags: CheckFlags,
  console: Console,
  stop: Stop,
): Promise<ExitCode> {
  if (flags.selfTest) {
    if (given.length > 0) throw usageFailure(`--self-test: expected no FILE with it, got ${given.join(' ')}`);
    const { selfTestCommand } = await import('./selfTest.ts');
    return selfTestCommand(console, stop);
  }
  if (flags.init && given.length > 0) return writeExamples(given, console);
  const { targets, options, timeout, reporters } = await readCheckSettings(given, flags);
  if (targets.length === 0 || targets.includes('') || flags.init)
    throw usageFailure('check: expected a FILE with specs, got none (--init FILE writes an example)');
  const check = (files: readonly CheckedFile[], signal: AbortSignal) =>
    checkAndPrint(files, options, { signal, timeout }, reporters, console);
  if (!flags.watch) return (await check(await findFiles(targets), stop.signal)).exitCode;
  const { watchChecks } = await import('./watch.ts');
  await watchChecks(targets, check, console, stop);
  return stop.exitCode() ?? EXIT.interrupted;
}

async function writeExamples(targets: readonly string[], console: Console): Promise<ExitCode> {
  const [file, ...others] = targets as [string, ...string[]];
  if (others.length > 0) throw usageFailure(`--init: expected one FILE, got ${targets.length}`);
  await writeExample(resolve(file), file);
  console.say(`wrote    ${file}`);
  console.say(`next     backproof check ${file}`);
  console.json({ schema: 'backproof/init/1', wrote: file });
  return EXIT.done;
}

/** Checks files once and prints the results. */
async function checkAndPrint(
  files: readonly CheckedFile[],
  options: CheckOptions,
  given: Pick<FilesHooks, 'signal' | 'timeout'>,
  reporters: readonly ChosenReporter[],
  console: Console,
): Promise<{ exitCode: ExitCode; modules: readonly CheckedModule[] }> {
  const isDefault = reporters.some(({ reporter }) => reporter === 'default');
  const progress = console.progress('check');
  const remind = reminderOf(options, console);
  const { report, modules } = await checkFiles(files, options, {
    ...given,
    onProgress: (share, name) => {
      remind(share);
      progress.update(share, 1, name);
    },
    onFile: (file) => {
      progress.done();
      if (isDefault) sayFile(file, files.length > 1, console);
    },
  }).finally(() => progress.done());
  // The problem of a single module has already been printed, and there is nothing else to say.
  const nothing = report.files.length === 1 && report.files[0]!.specs.length === 0;
  const paint = (word: string) => console.paint(STYLES[report.verdict], word);
  for (const { reporter, file } of reporters) {
    if (reporter === 'default') {
      const say = report.verdict === 'pass' ? console.say : console.failure;
      if (!nothing) say(verdictLine(report, paint));
    } else if (file === null) process.stdout.write(`${TEXTS[reporter](report)}\n`);
    else {
      await mkdir(dirname(file), { recursive: true });
      await writeWhole(file, `${TEXTS[reporter](report)}\n`);
    }
  }
  const faults = faultsOf(report.files);
  for (const stack of faults) console.notice(`backproof: a fault of its own, please report it\n${stack}`);
  return { exitCode: faults.length > 0 ? EXIT.fault : EXIT_CODES[report.verdict], modules };
}

/** Seconds after which the length of a check can be estimated, and the length from which it is mentioned. */
const TOLD_FROM = 10;
const LONG_SECONDS = 60;

/** Suggests a faster mode, once, when a full check turns out to be slow. */
function reminderOf({ mode, exact }: CheckOptions, console: Console): (share: number) => void {
  const started = performance.now();
  let said = mode !== 'full' || exact === 'only';
  return (share) => {
    const seconds = (performance.now() - started) / 1000;
    if (said || share === 0 || seconds < TOLD_FROM || seconds / share < LONG_SECONDS) return;
    said = true;
    console.notice(
      `LONG      every element takes about ${Math.ceil(seconds / share / 60)} minutes; --mode sampled checks some of large ` +
        'inputs, --exact only leaves the differences out',
    );
  };
}

function sayFile({ file, problem, specs }: FileReport, oneOfSeveral: boolean, console: Console): void {
  if (problem !== null) console.notice(`backproof: ${problem}`);
  if (specs.length === 0) return;
  if (oneOfSeveral) console.say(console.paint('bold', file));
  const rows = rowsOf(specs);
  const [heading, ...lines] = alignedLines([HEADING, ...rows.map(({ cells }) => cells)]);
  console.say(console.paint('bold', heading!));
  for (const [at, line] of lines.entries()) {
    const { status } = rows[at]!;
    console.say(status === 'pass' ? line : console.paint(STYLES[status], line));
  }
  // For a spec that passed in full, the table says everything.
  const telling = specs.filter((spec) => spec.status !== 'pass' || spec.remarks);
  for (const { status, message } of telling) {
    if (status === 'invalid') console.notice(message);
    else if (status === 'pass') console.say(`\n${message}`);
    else console.failure(`\n${message}`);
  }
  console.say('');
}
