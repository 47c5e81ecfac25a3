import { access, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { describe, expect, it } from '@jest/globals';
import { publint } from 'publint';
import { installedProjects, runNode } from '../support/installed.ts';

const projects = installedProjects();

describe('the tarball', () => {
  it('has nothing that publint objects to', async () => {
    const data = await readFile(projects.tarball());
    const tarball = data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength) as ArrayBuffer;
    const { messages } = await publint({ pack: { tarball }, strict: true });
    expect(messages).toEqual([]);
  });

  it('has types that are right for every way of resolving every entry', async () => {
    const { exports } = JSON.parse(await readFile(join(projects.unpacked(), 'package.json'), 'utf8'));
    const analysis = await checkPackage(createPackageFromTarballData(await readFile(projects.tarball())));
    if (analysis.types === false) throw new Error('expected types, got none');
    expect(Object.keys(analysis.entrypoints)).toEqual(expect.arrayContaining(Object.keys(exports)));
    expect(analysis.problems).toEqual([]);
  });

  it('has every file that its pages link to', async () => {
    const pages = ['README.md', 'CONTRIBUTING.md', join('docs', 'gradcheck.md'), join('docs', 'backends.md')];
    const missing: string[] = [];
    let links = 0;
    for (const page of pages) {
      const text = await readFile(join(projects.unpacked(), page), 'utf8');
      // Links into the sources are for who reads in the repository; the report's picture and all pages are packed.
      for (const [, target] of text.matchAll(
        /\]\(((?!https?:|#|\.\.\/src|\.\.\/scripts|src|scripts|test|\.github)[^)#]+)[^)]*\)/g,
      )) {
        links++;
        const path = join(projects.unpacked(), dirname(page), target!);
        await access(path).catch(() => missing.push(`${page}: ${target}`));
      }
    }
    expect(links).toBeGreaterThan(20);
    expect(missing).toEqual([]);
  });
});

describe('TypeScript with moduleResolution node10', () => {
  const uses = `
    import { gradcheck, type GradcheckSpec } from 'backproof/gradcheck';
    import * as tf from 'backproof/float64';
    import { loadProblem } from 'backproof';
    import 'backproof/jest';
    import { moduleNameMapper } from 'backproof/jest-preset';
    import { registerWasmTraining } from 'backproof/wasm-training';
    export const spec: GradcheckSpec<'x'> = { inputs: { x: [1] }, forward: (tf, { x }) => tf.sin(x) };
    export const held: Promise<void> = expect(spec).toPassGradcheck({ seed: 2 });
    export const status: Promise<'pass' | 'fail' | 'inconclusive' | 'unsupported'> = gradcheck(spec).then((r) => r.status);
    export const size: number = tf.scalar(1).size;
    // @ts-expect-error: no such option
    export const misspelled = expect(spec).toPassGradcheck({ sed: 2 });
    // @ts-expect-error: epochs is a number
    export const wrong = loadProblem({ epochs: 'two' });
    export { moduleNameMapper, registerWasmTraining };
  `;

  it('finds the types of every entry, and those of the matcher', async () => {
    const folder = await projects.create({ 'package.json': '{}', 'uses.ts': uses });
    const options = {
      module: 'commonjs',
      moduleResolution: 'node10',
      target: 'es2022',
      lib: ['es2022', 'dom'],
    };
    const compilerOptions = { ...options, strict: true, noEmit: true, types: ['jest'], skipLibCheck: true };
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['uses.ts'] }));
    // The newest TypeScript has no node10 any more.
    const older = createRequire(createRequire(import.meta.url).resolve('@arethetypeswrong/core'));
    const compiler = join(dirname(older.resolve('typescript/package.json')), 'bin', 'tsc');
    expect(await runNode(folder, [compiler, '--pretty', 'false'])).toEqual({ code: 0, output: '' });
  });
});
