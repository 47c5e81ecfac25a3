import { styleText } from 'node:util';
import { visibleLines } from '../system/visible.ts';
import { type Progress, showProgress } from './progress.ts';

/** Where a command's words go: stdout for what was asked, stderr for progress, notices and errors. */
export interface Console {
  /** A line of the result; kept back by --quiet and --json. */
  say(line: string): void;
  /** A line of the result that tells of a failure: with --quiet it is on stderr; kept back by --json. */
  failure(line: string): void;
  /** The result itself, for --json: stdout has nothing else. */
  json(value: unknown): void;
  /** A line that the user must see, with --quiet and --json as well. */
  notice(line: string): void;
  progress(title: string): Progress;
  paint(style: Style, text: string): string;
}

export type Style = 'green' | 'red' | 'yellow' | 'bold' | 'dim';

/** Colour as NO_COLOR, FORCE_COLOR, --no-color and the terminal say, in that order of strength. */
function wantsColor(stream: { isTTY?: boolean }, flag: boolean): boolean {
  if (!flag || (process.env.NO_COLOR ?? '') !== '') return false;
  const forced = process.env.FORCE_COLOR;
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return stream.isTTY === true && process.env.TERM !== 'dumb';
}

const silent: Progress = { update() {}, done() {} };

/** The console of a command. */
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
