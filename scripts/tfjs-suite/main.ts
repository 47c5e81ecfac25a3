// Runs the tests that tfjs-core publishes with itself, on one backend:
//   node --import tsx scripts/tfjs-suite/main.ts cpu|gradients|wasm|float64|native|webgl|webgpu
// or those of tfjs-node:
//   node --import tsx scripts/tfjs-suite/main.ts tfjs-node
// Prints every failing spec and the counts. Exits 1 if a spec fails that backends.ts does not list with its reason, if
// a listed one passes, or if fewer specs ran than it expects.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { compileFunction } from 'node:vm';
import { build } from 'esbuild';
import { packageRoot } from '../../src/system/packageRoot.ts';
import { type SuiteBackend, suiteBackends } from './backends.ts';
import { nativeSuites } from './nativeSuites.ts';
import type { Spec } from './spec.ts';

const root = packageRoot();
const require = createRequire(import.meta.url);

const name = process.argv[2] ?? '';
const suites = { ...suiteBackends, ...nativeSuites };
const backend = suites[name];
if (backend) {
  process.exitCode = report(backend, await run(backend));
} else {
  process.stderr.write(`tfjs-suite: expected one of ${Object.keys(suites).join(', ')}, got '${name}'\n`);
  process.exitCode = 2;
}

/**
 * Bundles the tests with the backend, so that both use the same copy of tfjs-core, and runs them under jasmine.
 *
 * @returns the specs that ran, and those that the tests themselves disable (pending)
 */
async function run(backend: SuiteBackend): Promise<Spec[]> {
  const { entry, last, backendName, environment: environmentName = name, options, ignored, tests } = backend;
  const { inBrowser = false, isDataSync = true, flags = {} } = backend;
  const environment = { name: environmentName, backendName, flags, isDataSync };
  // The tests are required instead of imported, because they read the environments when they are loaded.
  const contents = `
    import '${entry}';
    import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops';
    import '@tensorflow/tfjs-core/dist/register_all_gradients';
    ${last === undefined ? '' : `import '${last}';`}
    import { setTestEnvs } from '@tensorflow/tfjs-core/dist/jasmine_util';
    setTestEnvs([${JSON.stringify(environment)}]);
    ${(tests?.() ?? ['@tensorflow/tfjs-core/dist/tests']).map((path) => `require(${JSON.stringify(path)});`).join('\n')}`;
  const { outputFiles } = await build({
    ...options(),
    absWorkingDir: root,
    stdin: { contents, resolveDir: root },
    bundle: true,
    platform: inBrowser ? 'browser' : 'node',
    format: inBrowser ? 'iife' : 'cjs',
    write: false,
  });
  const suite = outputFiles[0]!.text;
  const left = ignored?.() ?? [];
  if (inBrowser) {
    // Imported only here, because it loads TensorFlow.js, whose kernel registry is global to the process: in Node the
    // bundle must be the only one.
    const { runInBrowser } = await import('./inBrowser.ts');
    return await runInBrowser(suite, left, flags);
  }
  const jasmine = require('jasmine-core').boot();
  // jasmine_util looks it up by its global name.
  Object.assign(globalThis, { jasmine });
  for (const method of ['log', 'warn', 'info'] as const) console[method] = () => {};
  // jasmine takes a stack trace for every spec; tsx would compile the suite once more for it, with an equally large
  // source map.
  process.setSourceMapsEnabled(false);
  const names = {
    require,
    module: { exports: {} },
    exports: {},
    __dirname: root,
    __filename: join(root, 'suite.cjs'),
  };
  compileFunction(suite, Object.keys(names))(...Object.values(names));
  const specs: Spec[] = [];
  const runner = jasmine.getEnv();
  const specFilter = (spec: { getFullName(): string }): boolean =>
    !left.some((part) => spec.getFullName().includes(part));
  runner.configure({ random: false, specFilter });
  runner.addReporter({
    specDone: (spec: Spec) => {
      if (spec.status !== 'excluded') specs.push(spec);
    },
  });
  await runner.execute();
  return specs;
}

/** Prints the failures and the counts; returns the exit code. */
function report({ knownFailures, specs: expected, environment = name }: SuiteBackend, all: Spec[]): 0 | 1 {
  const specs = all.filter(({ status }) => status !== 'pending');
  const failed = specs.filter(({ status }) => status === 'failed');
  const names = new Set(failed.map(({ fullName }) => fullName.trim()));
  for (const { fullName, failedExpectations } of failed) {
    const reason = knownFailures[fullName.trim()];
    const detail = reason
      ? `known: ${reason}`
      : failedExpectations.map(({ message }) => message).join('\n  ');
    print(`FAILED ${fullName.trim()}\n  ${detail}`);
  }
  const unknown = [...names].filter((fullName) => !(fullName in knownFailures));
  const fixed = Object.keys(knownFailures).filter((fullName) => !names.has(fullName));
  for (const fullName of fixed) print(`PASSED ${fullName}\n  although backends.ts lists it as failing`);
  const onBackend = specs.filter(({ fullName }) => fullName.includes(` ${environment} {} `));
  const passing = onBackend.filter(({ status }) => status === 'passed').length;
  print(
    `${name}: ${specs.length - failed.length} of ${specs.length} specs pass, ${expected} expected to run`,
  );
  print(`${name}: of those that run on a backend ${passing} of ${onBackend.length}`);
  print(`${name}: ${all.length - specs.length} more are switched off in the tests themselves`);
  print(`${name}: ${unknown.length} fail unexpectedly`);
  return unknown.length === 0 && fixed.length === 0 && specs.length >= expected ? 0 : 1;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
