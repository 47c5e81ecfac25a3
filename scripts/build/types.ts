// The types of all entries: what the compiler makes of src, and what is written by hand.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { packageRoot } from '../../src/system/packageRoot.ts';
import { kernelEntries } from './entries.ts';

const root = packageRoot();
const types = join(root, 'dist', 'types');
const commonjs = join(types, 'commonjs');

/** Writes dist/types. @throws Error where the sources do not compile, which the compiler has printed */
export async function buildTypes(): Promise<void> {
  const typescript = dirname(createRequire(import.meta.url).resolve('typescript/package.json'));
  const compiler = [join(typescript, 'bin', 'tsc'), '-p', 'tsconfig.types.json'];
  const [status] = await once(spawn(process.execPath, compiler, { cwd: root, stdio: 'inherit' }), 'close');
  if (status !== 0) throw new Error(`tsc: expected exit code 0, got ${status}`);
  await Promise.all([writeNativeTypes(), copyMatcherTypes(), copyKernelTypes(), writeFloat64Types()]);
  await keepReachable();
}

/** The environment's as the compiler wrote them; backproof/native exports nothing. */
async function writeNativeTypes(): Promise<void> {
  const environment = await readFile(join(types, 'tfjs', 'native', 'jestEnvironment.d.ts'), 'utf8');
  for (const name of ['jest-environment.d.ts', 'jest-environment.d.cts'])
    await writeFile(join(types, name), environment.replace(/^import '\..*\n/m, ''));
  for (const name of ['native.d.ts', 'native.d.cts']) await writeFile(join(types, name), 'export {};\n');
}

/** The matcher's are written by hand. */
async function copyMatcherTypes(): Promise<void> {
  const byHand = join(root, 'src', 'gradcheck', 'jest', 'jest.d.ts');
  await copyFile(byHand, join(types, 'gradcheck', 'jest', 'index.d.ts'));
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

/** Leaves the types that the package's entries reach, those of CommonJS as copies of their own. */
async function keepReachable(): Promise<void> {
  const { exports } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const entries = [...JSON.stringify(exports).matchAll(/"\.\/(dist\/types\/[^"]+)"/g)].map(([, path]) =>
    join(root, path!),
  );
  const isCommonjs = (path: string) => path.startsWith(commonjs);
  const original = (path: string) => join(types, relative(commonjs, path));
  const forCommonjs = await reachableFrom(entries.filter(isCommonjs).map(original));
  const forModules = await reachableFrom(entries.filter((path) => !isCommonjs(path)));
  for (const path of forCommonjs) {
    const copy = join(commonjs, relative(types, path));
    await mkdir(dirname(copy), { recursive: true });
    await copyFile(path, copy);
  }
  await writeFile(join(commonjs, 'package.json'), '{ "type": "commonjs" }\n');
  for (const entry of await readdir(types, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && !isCommonjs(path) && !forModules.has(path)) await rm(path);
  }
}

/** These files, and what they import by relative paths. */
async function reachableFrom(paths: readonly string[]): Promise<Set<string>> {
  const reached = new Set(paths);
  for (const path of reached) {
    const text = await readFile(path, 'utf8');
    for (const [, imported] of text.matchAll(/(?:from |import\(|import )['"](\.{1,2}\/[^'"]+)\.[jt]sx?['"]/g))
      reached.add(join(dirname(path), `${imported}.d.ts`));
  }
  return reached;
}
