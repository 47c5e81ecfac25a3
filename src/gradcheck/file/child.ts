/** The process in which a checked module runs: loads it with the substitutes, checks its specs, reports the results. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import * as float64 from 'backproof/float64';
import { writeCompiled } from '../../system/compileCache.ts';
import { visible } from '../../system/visible.ts';
import { GradcheckInputError, type GradcheckOptions, gradcheck } from '../index.ts';
import { end, endWithParent, openChannel, readInput } from './channel.ts';
import type { Imports } from './imports.ts';
import { install } from './install.ts';
import type { ChildInput, FromChild, InvalidSpec, SpecReport } from './messages.ts';
import { isOwnFault, oneLine, stackOf } from './oneLine.ts';
import { reproduceLine } from './reproduce.ts';
import { refusalOf, startSinglePrecision } from './singlePrecision.ts';
import { findSpecs, type NamedSpec } from './specs.ts';
import { substitutesOf } from './substitutes.ts';

const { file, shownFile, options, skip, nonce } = readInput() as ChildInput;
endWithParent();
const send = openChannel<FromChild>(nonce);
const shown = visible(shownFile);
const problem = (what: string): void => send({ kind: 'problem', line: `${shown}: ${what}` });

/** The spec whose code is running, including asynchronous code that it started. */
const checking = new AsyncLocalStorage<NamedSpec>();
/** The results so far, and uncaught errors of specs. */
const reports = new Map<NamedSpec, SpecReport>();
const stray = new Map<NamedSpec, InvalidSpec>();
let loaded = false;
let done = false;

// The default of ten frames ends inside TensorFlow.js, before the line of the module that is at fault.
Error.stackTraceLimit = 100;

process.argv = [process.argv[0]!, file];
// Calls of process.exit are reported, and then the process does end.
process.exit = (code) => {
  const what = `process.exit(${code === undefined || code === null ? '' : visible(String(code))})`;
  if (loaded) send({ kind: 'leaving', why: what });
  else problem(`expected specs to check, got ${what} while it was loaded`);
  return end();
};
process.on('beforeExit', () => {
  // Also ends processes that the module started, in case no parent is left to do so. Added late, to run after the
  // module's own listeners.
  if (!process.listeners('exit').includes(end)) process.on('exit', end);
  if (done) return;
  if (loaded) send({ kind: 'leaving', why: 'an await that never ends' });
  else problem('expected an end, got an await that never ends while it was loaded');
});
process.on('uncaughtException', (error) => {
  const line = oneLine(error, file);
  const named = checking.getStore();
  if (!loaded) problem(`expected no errors while it was loaded, got ${line}`);
  else if (named === undefined)
    send({ kind: 'stray', line: `${shown}: expected no errors outside of the specs, got ${line}` });
  else {
    stray.set(named, invalid(named, `expected no errors outside of forward and backward, got ${line}`));
    // If the spec was already reported, this report replaces that one.
    if (reports.has(named)) report(named, reports.get(named)!);
  }
});

async function main(): Promise<void> {
  await float64.ready();
  const imports = install(substitutesOf(float64));
  const exported = await load(imports);
  if (exported === null) return;
  const specs = findSpecs(exported, file);
  if (specs.length === 0) {
    const names = Object.keys(exported).map(visible);
    const got = names.length === 0 ? 'no exports' : `the exports ${names.join(', ')}`;
    return problem(`expected an exported spec { inputs, forward, backward? }, got ${got}`);
  }
  const { only } = options;
  const chosen = specs.filter(
    ({ name, exportedAs }) => only === null || name === only || exportedAs === only,
  );
  send({
    kind: 'loaded',
    specs: chosen.map(({ name, exportedAs }) => ({ name, exportedAs })),
    all: specs.map(({ name }) => name),
  });
  loaded = true;
  await checkAll(
    chosen.filter(({ exportedAs }) => !skip.includes(exportedAs)),
    imports,
  );
  done = true;
  // The parent ends this process as soon as it gets the message `done`.
  writeCompiled();
  send({ kind: 'done' });
}

async function load(imports: Imports): Promise<Record<string, unknown> | null> {
  try {
    return (await import(pathToFileURL(file).href)) as Record<string, unknown>;
  } catch (error) {
    problem(`expected a module that loads, got ${oneLine(error, file)}`);
    return null;
  } finally {
    send({ kind: 'read', files: imports.files() });
  }
}

async function checkAll(specs: readonly NamedSpec[], imports: Imports): Promise<void> {
  const refusal = options.precision === 'float32' ? refusalOf(imports) : null;
  if (refusal !== null) {
    for (const named of specs) report(named, invalid(named, refusal));
    return;
  }
  let single: Pick<GradcheckOptions, 'tf'> = {};
  if (options.backend !== null) {
    const started = await startSinglePrecision(options.backend, file, imports);
    if ('lacking' in started) return send({ kind: 'lacking', line: started.lacking });
    single = started;
  }
  for (const named of specs) {
    send({ kind: 'started', exportedAs: named.exportedAs });
    const result = await checking.run(named, () => check(named, single));
    // Lets promises that the spec left behind be rejected first.
    await setImmediate();
    report(named, result);
  }
  await setImmediate();
}

async function check(named: NamedSpec, single: Pick<GradcheckOptions, 'tf'>): Promise<SpecReport> {
  const { name, exportedAs, spec } = named;
  if ('unreadable' in spec)
    return invalid(named, `expected an export that can be read, got ${spec.unreadable}`);
  const { rtol, atol, seed, mode, order, kinks, exact, points, precision } = options;
  try {
    const result = await gradcheck(spec, {
      seed,
      mode,
      order,
      kinks,
      exact,
      points,
      precision,
      ...(rtol === null ? {} : { rtol }),
      ...(atol === null ? {} : { atol }),
      ...single,
      reproduce: reproduceLine(shown, name, options),
      onProgress: (done, total) =>
        send({ kind: 'progress', exportedAs, share: total === 0 ? 1 : Math.min(1, done / total) }),
    });
    return { exportedAs, ...result };
  } catch (error) {
    if (error instanceof GradcheckInputError)
      return { ...invalid(named, ''), message: `${shown}: ${error.message}` };
    const line = oneLine(error, file);
    if (isOwnFault(error))
      return {
        ...invalid(named, `expected a check, got a fault of backproof: ${line}`),
        fault: stackOf(error),
      };
    return invalid(named, `expected forward and backward that do not throw, got ${line}`);
  }
}

/** Reports the result of a spec. If its code also failed elsewhere, the spec is invalid, whatever its gradients are. */
function report(named: NamedSpec, found: SpecReport): void {
  const result = found.status === 'invalid' ? found : (stray.get(named) ?? found);
  reports.set(named, result);
  send({ kind: 'report', report: result });
}

const invalid = ({ name, exportedAs }: NamedSpec, what: string): InvalidSpec => ({
  exportedAs,
  name,
  status: 'invalid',
  message: `${shown}: ${name}: ${what}`,
  fault: null,
});

main().catch((error: unknown) => send({ kind: 'fault', stack: stackOf(error) || oneLine(error, file) }));
