import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { openConsole } from '../../src/commands/console.ts';

const kept = { ...process.env };
const terminal = process.stdout.isTTY;
let out: string[];
let err: string[];
beforeEach(() => {
  out = [];
  err = [];
  for (const name of ['NO_COLOR', 'FORCE_COLOR', 'TERM']) delete process.env[name];
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => out.push(String(text)) > 0);
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => err.push(String(text)) > 0);
});
afterEach(() => {
  jest.restoreAllMocks();
  jest.useRealTimers();
  Object.assign(process.env, kept);
  process.stdout.isTTY = terminal;
});

it.each<[string, { quiet?: boolean; json?: boolean }, string[], string[]]>([
  ['a person', {}, ['said\n', 'failed\n'], ['noticed\n', 'work: half\n']],
  ['--quiet', { quiet: true }, [], ['failed\n', 'noticed\n']],
  ['--json', { json: true }, ['{"x":[1]}\n'], ['noticed\n', 'work: half\n']],
  ['both', { quiet: true, json: true }, ['{"x":[1]}\n'], ['noticed\n']],
])('what %s gets on stdout and stderr', (_name, options, onOut, onErr) => {
  jest.useFakeTimers();
  const console = openConsole({ quiet: false, json: false, color: false, ...options });
  console.say('said');
  console.failure('failed');
  console.json({ x: [1] });
  console.notice('noticed');
  const progress = console.progress('work');
  jest.advanceTimersByTime(1_000);
  progress.update(0, 2, 'half');
  progress.done();
  expect([out, err]).toEqual([onOut, onErr]);
});

it.each<[boolean, NodeJS.ProcessEnv, { isTTY: boolean; color?: boolean }]>([
  [true, {}, { isTTY: true }],
  [false, {}, { isTTY: false }],
  [false, { TERM: 'dumb' }, { isTTY: true }],
  [true, { TERM: 'xterm' }, { isTTY: true }],
  [false, {}, { isTTY: true, color: false }],
  [true, { FORCE_COLOR: '1' }, { isTTY: false }],
  [true, { FORCE_COLOR: '' }, { isTTY: false }],
  [true, { FORCE_COLOR: '1', TERM: 'dumb' }, { isTTY: true }],
  [false, { FORCE_COLOR: '0' }, { isTTY: true }],
  [false, { FORCE_COLOR: 'false' }, { isTTY: true }],
  [false, { FORCE_COLOR: '1' }, { isTTY: true, color: false }],
  [false, { FORCE_COLOR: '1', NO_COLOR: '1' }, { isTTY: true }],
  [true, { NO_COLOR: '' }, { isTTY: true }],
])('paints: %j with %j, terminal and flag %j', (painted, environment, { isTTY, color = true }) => {
  Object.assign(process.env, environment);
  process.stdout.isTTY = isTTY;
  const console = openConsole({ quiet: false, json: false, color });
  // The codes of ECMA-48: 31 is red, 39 the default colour.
  expect(console.paint('red', 'no')).toBe(painted ? '\x1b[31mno\x1b[39m' : 'no');
});

it('paints a notice by what stderr is, in yellow, and leaves no control character in it', () => {
  const wasTerminal = process.stderr.isTTY;
  process.stdout.isTTY = false;
  process.stderr.isTTY = true;
  try {
    openConsole({ quiet: false, json: false, color: true }).notice('a\x1b[2Jb');
    openConsole({ quiet: false, json: false, color: false }).notice('a\x07b');
  } finally {
    process.stderr.isTTY = wasTerminal;
  }
  expect(err[0]!.split('\x1b')).toEqual(['', '[33ma\\u{1b}[2Jb', '[39m\n']);
  expect(err[1]).toBe('a\\u{07}b\n');
});
