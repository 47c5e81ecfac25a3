import { resolve } from 'node:path';
import { writeExample } from '../gradcheck/file/example.ts';
import type { SpecReport } from '../gradcheck/file/messages.ts';
import { checkFile } from '../gradcheck/file/run.ts';
import { alignedLines, HEADING, rowsOf, WORDS } from '../gradcheck/file/table.ts';
import { EXIT, type ExitCode, usageFailure } from '../system/errors.ts';
import type { Console, Style } from './console.ts';
import { selfTestCommand } from './selfTest.ts';
import type { Stop } from './signals.ts';
import { choice, integer, positiveNumber, text } from './values.ts';

/** What `backproof check` can be told. */
export interface CheckFlags {
  readonly only?: string;
  readonly seed: string;
  readonly mode: string;
  readonly timeout: string;
  readonly selfTest: boolean;
  readonly init: boolean;
}

const MODES = ['full', 'sampled', 'directional'] as const;
/** From worst to best: the first that occurs is the verdict. */
const VERDICTS = ['invalid', 'fail', 'inconclusive', 'unsupported', 'pass'] as const;
const EXIT_CODES = {
  invalid: EXIT.usage,
  fail: EXIT.disagreement,
  inconclusive: EXIT.inconclusive,
  unsupported: EXIT.inconclusive,
  pass: EXIT.done,
} as const satisfies Record<SpecReport['status'], ExitCode>;
const STYLES = {
  invalid: 'red',
  fail: 'red',
  inconclusive: 'yellow',
  unsupported: 'yellow',
  pass: 'green',
} as const satisfies Record<SpecReport['status'], Style>;

/**
 * `backproof check FILE`: checks every spec that a module exports, and prints a table and what failed; `--init` writes
 * an example in its place, `--self-test` needs no file and tests the checker.
 */
export async function checkCommand(
  file: string | undefined,
  flags: CheckFlags,
  console: Console,
  stop: Stop,
): Promise<ExitCode> {
  if (flags.selfTest) {
    if (file !== undefined) throw usageFailure(`--self-test: expected no FILE with it, got ${file}`);
    return selfTestCommand(console, stop);
  }
  if (file === undefined || file === '')
    throw usageFailure('check: expected a FILE with specs, got none (--init FILE writes an example)');
  if (flags.init) {
    await writeExample(resolve(file), file);
    console.say(`wrote    ${file}`);
    console.say(`next     backproof check ${file}`);
    console.json({ wrote: file });
    return EXIT.done;
  }
  const input = {
    file: resolve(file),
    shownFile: file,
    only: flags.only === undefined ? null : text('the name of a spec')('--only', flags.only),
    seed: integer('an integer 0..4294967295', 0, 2 ** 32 - 1)('--seed', flags.seed),
    mode: choice(MODES)('--mode', flags.mode),
  };
  const timeout = positiveNumber('a number of seconds above 0')('--timeout', flags.timeout);
  const started = performance.now();
  const progress = console.progress('check');
  const hooks = {
    signal: stop.signal,
    timeout,
    onProgress: (share: number, name: string) => progress.update(share, 1, name),
  };
  const specs = await checkFile(input, hooks).finally(() => progress.done());
  const seconds = (performance.now() - started) / 1000;
  const verdict = VERDICTS.find((status) => specs.some((spec) => spec.status === status)) ?? 'pass';
  sayReports(specs, console);
  const of = verdict === 'pass' ? '' : `${specs.filter(({ status }) => status === verdict).length} of `;
  const counted = `${of}${specs.length} spec${specs.length === 1 ? '' : 's'}`;
  const word = console.paint(STYLES[verdict], WORDS[verdict].toUpperCase());
  console.say(`verdict  ${word}: ${counted}, checked in ${seconds.toFixed(1)} s`);
  const { seed, mode } = input;
  console.json({ schema: 'backproof/check/1', file, verdict, seed, mode, seconds, specs });
  return EXIT_CODES[verdict];
}

function sayReports(specs: readonly SpecReport[], console: Console): void {
  const rows = rowsOf(specs);
  const [heading, ...lines] = alignedLines([HEADING, ...rows.map(({ cells }) => cells)]);
  console.say(console.paint('bold', heading!));
  for (const [at, line] of lines.entries()) {
    const { status } = rows[at]!;
    console.say(status === 'pass' ? line : console.paint(STYLES[status], line));
  }
  // What passed in full has nothing more to say than the table.
  const telling = specs.filter(({ status, message }) => status !== 'pass' || message.includes('\n'));
  for (const { status, message } of telling) {
    if (status === 'invalid') console.notice(message);
    else console.say(`\n${message}`);
  }
  console.say('');
}
