import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from '@jest/globals';

const root = fileURLToPath(new URL('../..', import.meta.url));
const biome = createRequire(import.meta.url).resolve('@biomejs/biome/bin/biome');

const upwards = {
  'src/index.ts': "export { trainCommand } from './commands/train.ts';\n",
  'src/system/a.ts': "export type { Samples } from '../notebook/data/images.ts';\n",
  'src/numerics/b.ts': "import type { Failure } from '../system/errors.ts';\nexport type B = Failure;\n",
  'src/results/c.ts': "export const load = () => import('../tfjs/backends.ts');\n",
  'src/gradcheck/spec/d.ts': "export { step } from '../../notebook/compare/step.ts';\n",
  'src/notebook/model/e.ts': "export * from '../../report/embeddedRun.ts';\n",
  'src/report/sections/audit/f.ts': "export { FAULTS } from '../../../audit/faults.ts';\n",
  'src/report/g.ts': "export { gradcheck } from '../gradcheck/gradcheck.ts';\n",
  'src/audit/h.ts': "export { run } from '../commands/run.ts';\n",
};
const downwards = {
  'src/notebook/model/k.ts': "export { gradcheck } from '../../gradcheck/index.ts';\n",
  'src/report/sections/kernel/l.ts': "export { auditSection } from '../audit/section.tsx';\n",
  'src/commands/m.ts': "export { audit } from '../audit/index.ts';\n",
};
const circle = {
  'src/numerics/x.ts': "import type { Y } from './y.ts';\nexport type X = { y: Y };\n",
  'src/numerics/y.ts': "import type { X } from './x.ts';\nexport type Y = { x: X };\n",
};

const folder = mkdtempSync(join(tmpdir(), 'backproof-lint-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Biome's diagnostics by the path of the file. */
const said = new Map<string, string[]>();

beforeAll(() => {
  copyFileSync(join(root, 'biome.json'), join(folder, 'biome.json'));
  for (const [path, text] of Object.entries({ ...upwards, ...downwards, ...circle })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const rules = ['style/noRestrictedImports', 'suspicious/noImportCycles'].map((rule) => `--only=${rule}`);
  const lint = [
    biome,
    'lint',
    '--vcs-enabled=false',
    '--reporter=github',
    '--max-diagnostics=none',
    ...rules,
  ];
  let output = '';
  try {
    execFileSync(process.execPath, lint, { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    output = (error as { stdout: string }).stdout;
  }
  for (const [, path, message] of output.matchAll(/^::error .*file=([^,]+),.*?::(.*)$/gm)) {
    const file = path!.replaceAll('\\', '/').replace(/^.*\/src\//, 'src/');
    said.set(file, [...(said.get(file) ?? []), message!]);
  }
});

it.each(Object.keys(upwards))('refuses an import that runs upwards: %s', (path) => {
  expect(said.get(path)).toEqual([expect.stringContaining('Imports run downwards')]);
});

it.each(Object.keys(circle))('refuses a circle of types: %s', (path) => {
  expect(said.get(path)).toEqual([expect.stringContaining('part of a cycle')]);
});

it.each(Object.keys(downwards))('accepts an import that runs downwards: %s', (path) => {
  expect(said.get(path)).toBeUndefined();
});
