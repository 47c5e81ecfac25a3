import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { checkout, provenanceOf } from '../../src/results/provenance.ts';
import { packageRoot } from '../../src/system/packageRoot.ts';

const root = packageRoot();
const isCheckout = existsSync(join(root, '.git'));

it('says the package, the checkout as git has it, and the machine', async () => {
  const ran = {
    tfjs: '4.22.0',
    backend: 'cpu',
    backendReason: 'asked for',
    command: 'backproof train',
  } as const;
  const git = (...words: string[]) => execFileSync('git', ['-C', root, ...words], { encoding: 'utf8' });
  expect(await provenanceOf({ ...ran, startedAt: new Date(Date.UTC(2026, 0, 2, 3, 4, 5, 6)) })).toEqual({
    ...ran,
    version: JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version,
    commit: isCheckout ? git('rev-parse', 'HEAD').trim() : null,
    dirty: isCheckout ? git('status', '--porcelain') !== '' : null,
    node: process.version,
    platform: `${process.platform} ${process.arch} ${release()}`,
    cpu: cpus()[0]!.model.trim(),
    startedAt: '2026-01-02T03:04:05.006Z',
  });
});

it('a folder inside a checkout, such as an installed package, has no commit of its own', async () => {
  expect(await checkout(join(root, 'src'))).toEqual({ commit: null, dirty: null });
});
