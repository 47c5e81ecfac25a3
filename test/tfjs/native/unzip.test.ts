import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { keptAs } from '../../../src/tfjs/native/setup/libraries.ts';
import { unzip } from '../../../src/tfjs/native/setup/unzip.ts';
import { temporaryFolder } from '../../notebook/data/fixtures.ts';
import { anyWheel, filesIn } from '../../support/native.ts';

const folder = temporaryFolder();
const archive = join(folder, 'archive.zip');
execFileSync('python3', [
  '-c',
  `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1], 'w', zipfile.ZIP_DEFLATED) as archive:
    archive.writestr('a/long.txt', 'gradient ' * 100000)
    described = zipfile.ZipInfo('a/empty.h')
    described.comment, described.extra = b'of a file', b'\\xfe\\xca\\x02\\x00ab'
    archive.writestr(described, '')
    archive.writestr(zipfile.ZipInfo('stored.h'), 'stored as it is')
    archive.writestr('left/out.txt', 'not asked for')
    archive.comment = b'a comment at the end'
`,
  archive,
]);
const all = (name: string) => (name.startsWith('left') ? null : `kept/${name}`);

describe('unzip', () => {
  it('unpacks what is asked for: deflated, stored and empty files', async () => {
    const to = join(folder, 'whole');
    const written = await unzip(archive, to, all);
    expect(Object.fromEntries(written)).toEqual({
      'kept/a/long.txt': 900_000,
      'kept/a/empty.h': 0,
      'kept/stored.h': 15,
    });
    expect(filesIn(to)).toEqual(['kept/a/empty.h', 'kept/a/long.txt', 'kept/stored.h']);
    expect(readFileSync(join(to, 'kept/a/long.txt'), 'utf8')).toBe('gradient '.repeat(100_000));
    expect(readFileSync(join(to, 'kept/stored.h'), 'utf8')).toBe('stored as it is');
  });

  it('refuses a file whose bytes are not those that were packed', async () => {
    const bytes = readFileSync(archive);
    bytes.write('STORED', bytes.indexOf('stored as it is'));
    const damaged = join(folder, 'damaged.zip');
    writeFileSync(damaged, bytes);
    await expect(unzip(damaged, join(folder, 'damaged'), all)).rejects.toThrow('zip: stored.h is damaged');
  });

  it('refuses a file without a header', async () => {
    const bytes = readFileSync(archive);
    bytes.write('XX', 0);
    const headless = join(folder, 'headless.zip');
    writeFileSync(headless, bytes);
    await expect(unzip(headless, join(folder, 'headless'), all)).rejects.toThrow(
      'zip: a/long.txt has no header',
    );
  });

  it('refuses a file that is packed in another way, by its name', async () => {
    const other = join(folder, 'other.zip');
    const pack =
      "import sys, zipfile; zipfile.ZipFile(sys.argv[1], 'w', zipfile.ZIP_BZIP2).writestr('a.h', 'text')";
    execFileSync('python3', ['-c', pack, other]);
    // 12 is BZIP2 in the format's own table.
    await expect(unzip(other, join(folder, 'other'), all)).rejects.toThrow('zip: a.h has method 12');
  });

  it('refuses what is no archive, and one that was cut off', async () => {
    const cut = join(folder, 'cut.zip');
    writeFileSync(cut, readFileSync(archive).subarray(0, 500));
    await expect(unzip(cut, join(folder, 'cut'), all)).rejects.toThrow('expected an end-of-directory record');
  });
});

describe('keptAs', () => {
  const wheel = anyWheel();
  const [library] = wheel.libraries;
  it.each([
    [`tensorflow/${library}`, `lib/${library}`],
    ['tensorflow/include/tensorflow/c/c_api.h', 'include/tensorflow/c/c_api.h'],
    ['tensorflow/include/tensorflow/c/eager/c_api.h', 'include/tensorflow/c/eager/c_api.h'],
    ['tensorflow/include/tsl/platform/ctstring_internal.h', 'include/tsl/platform/ctstring_internal.h'],
    ['tensorflow/include/tensorflow/core/framework/op.h', null],
    ['tensorflow/python/__init__.py', null],
    [`elsewhere/${library}`, null],
  ])('keeps of the wheel %s as %s', (member, kept) => {
    expect(keptAs(wheel, member)).toBe(kept);
  });
});
