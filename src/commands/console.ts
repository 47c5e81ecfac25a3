import { styleText } from 'node:util';
import { visibleLines } from '../system/visible.ts';
import { type Progress, showProgress } from './progress.ts';

/** The output of a command: results on stdout; progress, notices and errors on stderr. */
export interface Console {
  /** Prints a line of the result; suppressed by --quiet and --json. */
  say(line: string): void;
  /** Prints a line of the result that reports a failure: on stderr with --quiet; suppressed by --json. */
  failure(line: string): void;
  /** Prints the result itself, for --json: nothing else goes to stdout. */
  json(value: unknown): void;
  /** Prints a line that the user must see even with --quiet and --json. */
  notice(line: string): void;
  progress(title: string): Progress;
  paint(style: Style, text: string): string;
}

export type Style = 'green' | 'red' | 'yellow' | 'bold' | 'dim';

/** Whether to use colour: NO_COLOR, FORCE_COLOR, --no-color and the terminal decide, in that order of precedence. */
function wantsColor(stream: { isTTY?: boolean }, flag: boolean): boolean {
  if (!flag || (process.env.NO_COLOR ?? '') !== '') return false;
  const forced = process.env.FORCE_COLOR;
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return stream.isTTY === true && process.env.TERM !== 'dumb';
}

const silent: Progress = { update() {}, done() {} };

/** Creates the console of a command. */
export function openConsole(options: { quiet: boolean; json: boolean; color: boolean }): Console {
  const colorOut = wantsColor(process.stdout, options.color);
  const paint = (style: Style, text: string, color = colorOut) =>
    color ? styleText(style, text, { validateStream: false }) : text;
  return {
    say: (line) => {
      if (!options.quiet && !options.json) process.stdout.write(`${line}\n`);
    },
    failure: (line) => {
      if (!options.json) (options.quiet ? process.stderr : process.stdout).write(`${line}\n`);
    },
    json: (value) => {
      if (options.json) process.stdout.write(`${JSON.stringify(value)}\n`);
    },
    notice: (line) =>
      void process.stderr.write(
        `${paint('yellow', visibleLines(line), wantsColor(process.stderr, options.color))}\n`,
      ),
    progress: (title) => (options.quiet ? silent : showProgress(title, process.stderr)),
    paint,
  };
}
