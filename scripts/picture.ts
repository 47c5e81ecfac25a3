// Makes the README's picture: the report's first screen of a run on the synthetic digits, by `backproof report --png`.
//   npm run picture
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../src/system/packageRoot.ts';

const root = packageRoot();
const folder = mkdtempSync(join(tmpdir(), 'backproof-picture-'));
try {
  for (const command of [
    ['run', '--data', 'synthetic', '--out', folder],
    ['report', '--from', folder, '--png'],
  ]) {
    const { status } = spawnSync(process.execPath, [join(root, 'dist', 'cli.js'), ...command], {
      stdio: 'inherit',
    });
    if (status !== 0) throw new Error(`backproof ${command.join(' ')} ended with ${status}`);
  }
  copyFileSync(join(folder, 'pictures', 'page.png'), join(root, 'docs', 'report.png'));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
