#!/usr/bin/env node
// An older Node would fail with a SyntaxError on an import that it lacks, so this file imports nothing before the
// version check.
const OLDEST = [20, 19] as const;
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
  process.stderr.write(
    `backproof: expected Node ${OLDEST.join('.')} or newer, got ${process.versions.node}; install one from nodejs.org or with nvm\n`,
  );
  process.exitCode = 5;
} else {
  (await import('./system/compileCache.ts')).keepCompiled();
  await import('./cli.ts');
}
