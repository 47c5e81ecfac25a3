// Builds backproof/native and backproof/jest-environment: CommonJS, in which the order of loading is the order of the
// lines, and ES modules that hand it on.
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** What an ES module hands on of each. */
const exported = {
  native: '',
  'jest-environment': `const { TestEnvironment } = commonjs;
export { TestEnvironment as default, TestEnvironment };
`,
};

/** Writes both entries into dist/. */
export async function buildNativeEntries() {
  await build({
    absWorkingDir: root,
    entryPoints: { native: 'src/native.ts', 'jest-environment': 'src/jestEnvironment.ts' },
    outdir: 'dist',
    outExtension: { '.js': '.cjs' },
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20.19',
    external: ['@tensorflow/*', 'jest-environment-node'],
    logLevel: 'warning',
  });
  for (const [name, lines] of Object.entries(exported)) {
    const load = lines === '' ? `import './${name}.cjs';\n` : `import commonjs from './${name}.cjs';\n`;
    await writeFile(join(root, 'dist', `${name}.js`), load + lines);
  }
}

/** Their types for CommonJS, beside those that the compiler wrote for ES modules. */
export async function copyNativeTypes() {
  const types = join(root, 'dist', 'types');
  await mkdir(types, { recursive: true });
  await copyFile(join(types, 'native.d.ts'), join(types, 'native.d.cts'));
  await copyFile(join(types, 'jestEnvironment.d.ts'), join(types, 'jestEnvironment.d.cts'));
}
