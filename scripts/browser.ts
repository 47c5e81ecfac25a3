// Makes sure that the tests have a browser: prints the path of an installed one, or installs one by Playwright's
// download or, as root on a Debian-like system, from the distribution's package. If neither works, it says so in one
// line and exits 5.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { findBrowser } from '../src/system/browser.ts';

const require = createRequire(import.meta.url);

/** Runs a program with its output sent to stderr, so that stdout contains only the browser's path. */
const run = (program: string, args: string[]): boolean =>
  spawnSync(program, args, {
    stdio: ['ignore', 2, 2],
    timeout: 600_000,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  }).status === 0;

const download = () =>
  run(process.execPath, [
    join(dirname(require.resolve('playwright-core/package.json')), 'cli.js'),
    'install',
    'chromium',
  ]);

const isDebianRoot = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
const installPackage = () =>
  isDebianRoot &&
  run('apt-get', ['update']) &&
  run('apt-get', ['install', '-y', '--no-install-recommends', 'chromium']);

const find = () => findBrowser().catch((error: Error) => error);

let found = await find();
for (const get of [download, installPackage]) if (found === null && get()) found = await find();

if (found instanceof Error) process.stderr.write(`browser: ${found.message}\n`);
else if (found) process.stdout.write(`${found.path} (${found.how})\n`);
else
  process.stderr.write(
    `browser: no Chrome, Chromium or Edge here, Playwright's download failed, ${
      isDebianRoot ? 'and so did apt-get' : 'and apt-get needs root on a Debian-like system'
    }; install one, or name one by BACKPROOF_BROWSER\n`,
  );
process.exitCode = found && !(found instanceof Error) ? 0 : 5;
