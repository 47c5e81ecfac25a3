// npm test: lint, types, build, then every Jest suite. Fails when a step fails, when no test ran, and, with CI=true,
// when a test was skipped. With BACKPROOF_JEST_JSON=FILE Jest's own JSON is kept there.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { packageRoot } from '../src/system/packageRoot.ts';

const isCi = process.env.CI === 'true';

/** Runs one step in the project's folder; returns its exit code. */
function run(title: string, command: string, args: string[], env: NodeJS.ProcessEnv = process.env): number {
  process.stdout.write(`\n--- ${title}\n`);
  const shell = command === 'npm' && process.platform === 'win32';
  const { status } = spawnSync(command, args, { cwd: packageRoot(), stdio: 'inherit', env, shell });
  return status ?? 1;
}

for (const name of ['lint', 'types', 'build']) {
  const status = run(name, 'npm', ['run', '--silent', name]);
  if (status !== 0) process.exit(status);
}
const node = process.execPath;
const script = (path: string): string[] => ['--import', 'tsx', path];
// CI tests the native backend too. Its addon lives in node_modules, which npm ci has just made anew; where it cannot be
// set up, the tests that need it fail there.
if (isCi) run('native', node, ['dist/cli.js', 'setup-native']);
// And PyTorch: suites that run in turns would else set it up at the same time.
if (isCi) run('witness', node, [...script('scripts/witness/main.ts'), '--data', 'synthetic']);
// Without a browser its tests say so themselves: a visible skip, or a failure where CI is true.
run('browser', node, script('scripts/browser.ts'));

const scratch = mkdtempSync(join(tmpdir(), 'backproof-jest-'));
const json = process.env.BACKPROOF_JEST_JSON ?? join(scratch, 'jest.json');
const jest = join(dirname(createRequire(import.meta.url).resolve('jest/package.json')), 'bin', 'jest.js');
const nodeOptions = [
  process.env.NODE_OPTIONS ?? '',
  '--experimental-vm-modules --disable-warning=ExperimentalWarning',
  // Tensors are many small objects that die young: with more room for those, the exact check takes a fifth less.
  '--max-semi-space-size=64',
].join(' ');
let status = run('tests', node, [jest, '--json', `--outputFile=${json}`, ...process.argv.slice(2)], {
  ...process.env,
  NODE_OPTIONS: nodeOptions.trim(),
});
try {
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(
    readFileSync(json, 'utf8'),
  );
  const skipped = numPendingTests + numTodoTests;
  if (numPassedTests + numFailedTests === 0) {
    process.stdout.write('no test ran\n');
    status ||= 1;
  }
  if (skipped > 0 && isCi) {
    process.stdout.write(`${skipped} tests were skipped, and CI=true allows none\n`);
    status ||= 1;
  }
} catch {
  status ||= 1;
}
rmSync(scratch, { recursive: true, force: true });
if (isCi) status ||= run('torture', node, [...script('scripts/torture/main.ts'), '--minutes', '1']);
process.exit(status);
