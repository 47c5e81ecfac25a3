import { backendStatus } from '../../src/tfjs/backends.ts';

/**
 * The backends that work on this machine; for each other one a line is printed. With CI=true none may be missing.
 *
 * @throws Error if CI is true and a backend does not work
 */
export async function workingBackends(): Promise<('native' | 'wasm' | 'cpu')[]> {
  const status = await backendStatus();
  for (const { name, problem } of status) {
    if (problem === null) continue;
    if (process.env.CI === 'true') throw new Error(`expected ${name} to work with CI=true, got: ${problem}`);
    process.stderr.write(`SKIPPED on ${name}: ${problem}\n`);
  }
  return status.flatMap(({ name, problem }) => (problem === null ? [name] : []));
}
