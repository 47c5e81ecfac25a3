import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { nativeCacheDirectory } from '../../../src/system/cache.ts';
import { runProgram } from '../../../src/system/runProgram.ts';

/**
 * The folder into which `npm run peers:setup` installs the peers: a Python virtual environment, and node_modules beside
 * it.
 */
export const peersFolder = (): string => join(dirname(nativeCacheDirectory()), 'peers');

/** The modules of the peers that run in Node. */
export const peersModules = (): string => join(peersFolder(), 'node_modules');

/** The Python of the peers: `BACKPROOF_PEERS_PYTHON`, else the one in their folder; null if there is none. */
export function peersPython(): string | null {
  const named = process.env.BACKPROOF_PEERS_PYTHON;
  if (named) return named;
  const path =
    process.platform === 'win32'
      ? join(peersFolder(), 'Scripts', 'python.exe')
      : join(peersFolder(), 'bin', 'python');
  return existsSync(path) ? path : null;
}

const pythonPackages = ['numpy', 'torch', 'jax', 'tensorflow'] as const;
export type PythonPackage = (typeof pythonPackages)[number];

/** TensorFlow's CPU-only build has a different package name. */
const askVersions = `
from importlib.metadata import PackageNotFoundError, version
for name in ${JSON.stringify(pythonPackages)}:
    for distribution in (name, name + '-cpu'):
        try:
            print(name, version(distribution))
            break
        except PackageNotFoundError:
            pass
`;

/** The versions of the packages installed for a Python. */
export async function pythonVersions(python: string): Promise<Map<PythonPackage, string>> {
  const { stdout } = await runProgram(python, ['-c', askVersions]);
  const lines = stdout.split('\n').filter((line) => line.includes(' '));
  return new Map(lines.map((line) => line.trim().split(' ') as [PythonPackage, string]));
}

/** The version of jax-js in the peers' folder; null if it is not there. */
export async function jaxJsVersion(): Promise<string | null> {
  try {
    return JSON.parse(await readFile(join(peersModules(), '@jax-js', 'jax', 'package.json'), 'utf8')).version;
  } catch {
    return null;
  }
}
