import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { cpus, release } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../system/packageRoot.ts';
import type { Provenance } from './shared.ts';

/** This package's version. */
export async function packageVersion(): Promise<string> {
  return JSON.parse(await readFile(join(packageRoot(), 'package.json'), 'utf8')).version;
}

/**
 * The commit of the running checkout, and whether it has changes; nulls if the package is not a checkout, even where it
 * lies inside one, or git is missing.
 */
export async function checkout(root = packageRoot()): Promise<Pick<Provenance, 'commit' | 'dirty'>> {
  if (!existsSync(join(root, '.git'))) return { commit: null, dirty: null };
  try {
    const git = async (...args: string[]) => (await promisify(execFile)('git', ['-C', root, ...args])).stdout;
    const commit = (await git('rev-parse', 'HEAD')).trim();
    return { commit, dirty: (await git('status', '--porcelain')) !== '' };
  } catch {
    return { commit: null, dirty: null };
  }
}

/** The program, the machine, and the command that repeats the run. */
export async function provenanceOf(
  ran: Pick<Provenance, 'tfjs' | 'backend' | 'backendReason' | 'command'> & { startedAt: Date },
): Promise<Provenance> {
  return {
    version: await packageVersion(),
    ...(await checkout()),
    node: process.version,
    tfjs: ran.tfjs,
    backend: ran.backend,
    backendReason: ran.backendReason,
    platform: `${process.platform} ${process.arch} ${release()}`,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    startedAt: ran.startedAt.toISOString(),
    command: ran.command,
  };
}
