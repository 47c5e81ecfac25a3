import { mkdir, readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { environmentFailure } from '../../../system/errors.ts';
import { runProgram } from '../../../system/runProgram.ts';
import { ADDON } from '../tfjsNode.ts';
import { installCommand } from './packages.ts';

/** A C++ compiler: the command, and the arguments before ours. */
export interface Compiler {
  readonly command: readonly [string, ...string[]];
  /** The first line of its version message. */
  readonly version: string;
}

type Environment = NodeJS.ProcessEnv;

/**
 * The C++ compiler: `CXX` if it is set, else the first of c++, g++ and clang++.
 *
 * @throws Failure (environment) if there is none
 */
export async function findCompiler(env: Environment, signal?: AbortSignal): Promise<Compiler> {
  const named = env.CXX?.trim() ?? '';
  const candidates = named === '' ? [['c++'], ['g++'], ['clang++']] : [named.split(/\s+/)];
  for (const [program, ...args] of candidates) {
    const { code, stdout } = await runProgram(program!, [...args, '--version'], { env, signal });
    if (code === 0) return { command: [program!, ...args], version: stdout.split('\n')[0]!.trim() };
  }
  const got = named === '' ? 'none of c++, g++ and clang++' : `CXX=${named}, which does not run`;
  throw environmentFailure(
    `setup-native: expected a C++ compiler on the PATH, got ${got}; ${installCommand('compiler', env)}`,
  );
}

/** The sources, and the headers and libraries for compiling them. */
export interface CompileOptions {
  readonly compiler: Compiler;
  /** The folder of @tensorflow/tfjs-node. */
  readonly tfjsNode: string;
  /** The headers of the wheel. */
  readonly include: string;
  /** Laid out like tfjs-node's folder, with the libraries in deps/lib; the addon is written into it. */
  readonly stage: string;
  readonly libraries: readonly string[];
  readonly env: Environment;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Compiles tfjs-node's own sources, unchanged, into the addon.
 *
 * @throws Failure (environment) if the compiler fails
 */
export async function compileAddon(options: CompileOptions): Promise<void> {
  const { compiler, tfjsNode, include, stage, libraries, env, signal } = options;
  const folder = join(tfjsNode, 'binding');
  const sources = (await readdir(folder)).filter((name) => name.endsWith('.cc'));
  const headers = dirname(createRequire(import.meta.url).resolve('node-api-headers/include/node_api.h'));
  await mkdir(dirname(join(stage, ADDON)), { recursive: true });
  const [program, ...before] = compiler.command;
  const args = [
    ...before,
    '-O2',
    '-std=c++17',
    '-fPIC',
    '-shared',
    '-DNAPI_VERSION=8',
    `-I${headers}`,
    `-I${include}`,
    ...sources.map((name) => join(folder, name)),
    '-o',
    join(stage, ADDON),
    ...libraries.map((name) => join(stage, 'deps', 'lib', name)),
    ...(process.platform === 'darwin'
      ? ['-undefined', 'dynamic_lookup', '-Wl,-rpath,@loader_path/../../deps/lib']
      : ['-Wl,-rpath,$ORIGIN/../../deps/lib']),
  ];
  const { code, stderr, signal: ending } = await runProgram(program, args, { env, signal });
  if (code === 0) return;
  const said = stderr.split('\n').find((line) => /error|cannot find|No space/i.test(line));
  throw environmentFailure(
    `setup-native: expected ${compiler.version} to compile ${folder}, ` +
      `got "${(said ?? ending ?? `exit code ${code}`).trim()}"; ` +
      `name another compiler with CXX, or update this one: ${installCommand('compiler', env)}`,
  );
}
