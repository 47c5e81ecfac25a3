// Builds backproof/native and backproof/jest-environment: CommonJS, in which the order of loading is the order of the
// lines, and ES modules that hand it on.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
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
    entryPoints: {
      native: 'src/tfjs/native/index.ts',
      'jest-environment': 'src/tfjs/native/jestEnvironment.ts',
    },
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

/** Their types: those of the environment as the compiler wrote them; the other hands nothing on. */
export async function writeNativeTypes() {
  const types = join(root, 'dist', 'types');
  await mkdir(types, { recursive: true });
  const environment = await readFile(join(types, 'tfjs', 'native', 'jestEnvironment.d.ts'), 'utf8');
  for (const name of ['jest-environment.d.ts', 'jest-environment.d.cts']) {
    await writeFile(join(types, name), environment.replace(/^import '\..*\n/m, ''));
  }
  for (const name of ['native.d.ts', 'native.d.cts']) await writeFile(join(types, name), 'export {};\n');
}
