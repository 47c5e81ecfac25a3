// The types of all entries: what the compiler makes of src, and what is written by hand.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, cp, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { packageRoot } from '../../src/system/packageRoot.ts';
import { kernelEntries } from './entries.ts';

const root = packageRoot();
const types = join(root, 'dist', 'types');

/** Writes dist/types. @throws Error where the sources do not compile, which the compiler has printed */
export async function buildTypes(): Promise<void> {
  const typescript = dirname(createRequire(import.meta.url).resolve('typescript/package.json'));
  const compiler = [join(typescript, 'bin', 'tsc'), '-p', 'tsconfig.types.json'];
  const [status] = await once(spawn(process.execPath, compiler, { cwd: root, stdio: 'inherit' }), 'close');
  if (status !== 0) throw new Error(`tsc: expected exit code 0, got ${status}`);
  await Promise.all([writeNativeTypes(), copyCheckerTypes(), copyKernelTypes(), writeFloat64Types()]);
}

/** The environment's as the compiler wrote them; backproof/native exports nothing. */
async function writeNativeTypes(): Promise<void> {
  const environment = await readFile(join(types, 'tfjs', 'native', 'jestEnvironment.d.ts'), 'utf8');
  for (const name of ['jest-environment.d.ts', 'jest-environment.d.cts'])
    await writeFile(join(types, name), environment.replace(/^import '\..*\n/m, ''));
  for (const name of ['native.d.ts', 'native.d.cts']) await writeFile(join(types, name), 'export {};\n');
}

/** The matcher's are written by hand; all are there once more for CommonJS. */
async function copyCheckerTypes(): Promise<void> {
  const byHand = join(root, 'src', 'gradcheck', 'jest', 'jest.d.ts');
  await copyFile(byHand, join(types, 'gradcheck', 'jest', 'index.d.ts'));
  const commonjs = join(types, 'commonjs');
  for (const part of ['gradcheck', 'numerics', join('tfjs', 'types.d.ts')])
    await cp(join(types, part), join(commonjs, part), { recursive: true });
  await writeFile(join(commonjs, 'package.json'), '{ "type": "commonjs" }\n');
}

async function copyKernelTypes(): Promise<void> {
  for (const [name, folder] of Object.entries(kernelEntries))
    for (const ending of ['d.ts', 'd.cts'])
      await copyFile(join(types, 'tfjs', folder, 'index.d.ts'), join(types, `${name}.${ending}`));
}

async function writeFloat64Types(): Promise<void> {
  const byHand = await readFile(join(root, 'src', 'tfjs', 'float64', 'float64.d.ts'), 'utf8');
  await writeFile(join(types, 'float64.d.ts'), byHand);
  // The default export, the last in the file, is for ES modules only.
  await writeFile(join(types, 'float64.d.cts'), byHand.slice(0, byHand.lastIndexOf('/**')));
}
