import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import {
  dataStatus,
  downloadUsps,
  loadDataset,
  type UspsSource,
} from '../../../src/notebook/data/dataset.ts';
import { filesAt, isUrl, withChecksums } from '../../../src/notebook/data/url.ts';
import { EXIT } from '../../../src/system/errors.ts';
import { lockFolder } from '../../../src/system/lock.ts';
import { failureOf, imageLine, md5Of, NINETY, NINETY_BZIP2, temporaryFolder } from './fixtures.ts';
import { encoded, localServer, status, whole } from './server.ts';

const server = localServer();
const folder = temporaryFolder();
let tests = 0;

/** A new folder with the given files. */
function folderWith(files: Record<string, string | Uint8Array> = {}): string {
  const path = join(folder, String(++tests));
  mkdirSync(path);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(path, name), content);
  return path;
}

/** Both published files are NINETY on the local server. */
function sourceIn(directory: string): UspsSource {
  const file = (name: string) => ({
    name,
    url: `${server.base}/${name}`,
    md5: md5Of(NINETY_BZIP2),
    maxBytes: 10_000,
  });
  return {
    directory,
    published: { train: file('usps.bz2'), test: file('usps.t.bz2') },
    download: { allowHttp: true, attempts: 1, stallMs: 1000 },
  };
}

/** The files in the cache after a complete download. */
const cached = { 'usps.bz2': NINETY_BZIP2, 'usps.t.bz2': NINETY_BZIP2 };

describe('loadDataset of a path', () => {
  const offline = { offline: true };

  it.each([
    ['bzip2', cached],
    ['unpacked', { usps: NINETY, 'usps.t': NINETY }],
    ['bzip2 under the other name', { usps: NINETY_BZIP2, 'usps.t': NINETY }],
  ])('reads a folder, %s', async (_, files) => {
    const dataset = await loadDataset(folderWith(files), offline);
    expect(dataset.source).toBe('file');
    expect(dataset.train.count).toBe(90);
    expect(dataset.test?.count).toBe(90);
    expect(dataset.files.map((file) => file.name)).toEqual(Object.keys(files));
  });

  it('records name, bytes and sha256 of the file as stored', async () => {
    const path = join(folderWith({ 'mine.bz2': NINETY_BZIP2 }), 'mine.bz2');
    const dataset = await loadDataset(path, offline);
    const sha256 = createHash('sha256').update(NINETY_BZIP2).digest('hex');
    expect(dataset.files).toEqual([{ name: 'mine.bz2', bytes: NINETY_BZIP2.length, sha256 }]);
    expect(dataset.test).toBeNull();
    expect(dataset.train.count).toBe(90);
  });

  it('ends with the reason of a signal, not with what was being read', async () => {
    const reason = new Error('stopped');
    const path = join(folderWith({ usps: NINETY }), 'usps');
    await expect(loadDataset(path, { ...offline, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  it('refuses what is neither a file nor a folder', async () => {
    if (process.platform === 'win32') return;
    const failure = await failureOf(loadDataset('/dev/null', offline));
    expect(failure).toMatchObject({
      exitCode: EXIT.usage,
      message: '--data: expected a folder or a file, got a device at /dev/null; give a copy of it',
    });
    const below = await failureOf(loadDataset('/dev/null/below', offline));
    expect(below.message).toMatch(/got \/dev\/null\/below, which is not there/);
  });

  const bad: readonly (readonly [string, Record<string, string | Uint8Array>, string, RegExp])[] = [
    [
      'a path that is missing',
      {},
      'nothing',
      /^--data: expected auto, .* got .*nothing, which is not there; check/,
    ],
    ['an empty folder', {}, '', /expected the file usps\.bz2 or usps in the folder .*, got neither/],
    ['a folder without the test file', { usps: NINETY }, '', /expected the file usps\.t\.bz2 or usps\.t in/],
    ['an empty file', { a: '' }, 'a', /a: expected lines .* got an empty file/],
    [
      'a truncated file',
      { a: NINETY_BZIP2.subarray(0, 2000) },
      'a',
      /a: expected whole bzip2 data, got .* truncated/,
    ],
    // Only the first byte is that of gzip.
    [
      'a first byte of a control character',
      { a: '\u001f1' },
      'a',
      /a, line 1: expected a digit 0\.\.9, or a label .* got '\?1'/,
    ],
    ['a wrong line', { a: `${imageLine(1)}\n${imageLine(11)}` }, 'a', /a, line 2: expected a label 1\.\.10/],
  ];
  it.each(bad)('refuses %s', async (_, files, name, message) => {
    const failure = await failureOf(loadDataset(join(folderWith(files), name), offline));
    expect(failure.exitCode).toBe(EXIT.usage);
    expect(failure.message).toMatch(message);
  });
});

describe('loadDataset of usps', () => {
  it('reads a verified cache without a request', async () => {
    const source = sourceIn(folderWith(cached));
    const dataset = await loadDataset('usps', { offline: true }, source);
    expect(dataset.source).toBe('usps');
    expect(dataset.files.map((file) => file.name)).toEqual(['usps.bz2', 'usps.t.bz2']);
    expect(server.requests).toBe(0);
  });

  it('downloads only what is missing or wrong', async () => {
    const directory = folderWith({ 'usps.bz2': NINETY_BZIP2, 'usps.t.bz2': 'wrong' });
    server.answers = [whole(NINETY_BZIP2)];
    const names = new Set<string>();
    const options = { offline: false, onProgress: (name: string) => names.add(name) };
    const dataset = await loadDataset('usps', options, sourceIn(directory));
    expect(dataset.test?.count).toBe(90);
    expect([...names]).toEqual(['usps.t.bz2']);
    expect(server.requests).toBe(1);
    expect(readFileSync(join(directory, 'usps.t.bz2'))).toHaveLength(NINETY_BZIP2.length);
  });

  it('never falls back', async () => {
    server.answers = [status(404)];
    const failure = await failureOf(loadDataset('usps', { offline: false }, sourceIn(folderWith())));
    expect(failure.exitCode).toBe(EXIT.environment);
    expect(failure.message).toContain('HTTP 404');
  });

  it('is refused where only one of the two files comes', async () => {
    server.answers = [whole(NINETY_BZIP2), status(404)];
    const failure = await failureOf(loadDataset('usps', { offline: false }, sourceIn(folderWith())));
    expect(failure).toMatchObject({
      exitCode: EXIT.environment,
      message: expect.stringContaining('HTTP 404'),
    });
  });

  it('says what is missing where nothing may be downloaded', async () => {
    const directory = folderWith({ 'usps.bz2': 'wrong' });
    const failure = await failureOf(loadDataset('usps', { offline: true }, sourceIn(directory)));
    expect(failure.exitCode).toBe(EXIT.environment);
    expect(failure.message).toContain('usps.bz2 with a wrong checksum, usps.t.bz2 missing');
    expect(failure.message).toContain('backproof data --download');
    expect(server.requests).toBe(0);
  });
});

describe('loadDataset of auto', () => {
  it('prefers the cache', async () => {
    const notices: string[] = [];
    const options = { offline: true, notice: (line: string) => notices.push(line) };
    const dataset = await loadDataset('auto', options, sourceIn(folderWith(cached)));
    expect(dataset.source).toBe('usps');
    expect(notices).toEqual([]);
  });

  it('downloads otherwise', async () => {
    server.answers = [whole(NINETY_BZIP2)];
    const dataset = await loadDataset('auto', { offline: false }, sourceIn(folderWith()));
    expect(dataset.source).toBe('usps');
    expect(server.requests).toBe(2);
  });

  it.each([
    ['a download that fails', false, 'HTTP 404'],
    ['--offline', true, '--offline'],
  ])('falls back to the synthetic digits after %s, and says so', async (_, offline, reason) => {
    server.answers = [status(404)];
    const notices: string[] = [];
    const options = { offline, notice: (line: string) => notices.push(line) };
    const dataset = await loadDataset('auto', options, sourceIn(folderWith()));
    expect(dataset.source).toBe('synthetic');
    expect(notices).toHaveLength(1);
    expect(notices[0]).toContain('SYNTHETIC');
    expect(notices[0]).toContain(reason);
  });

  it('falls back where a server claims encodings without end, and leaves nothing', async () => {
    server.answers = [encoded(NINETY_BZIP2, Array(30).fill('gzip').join())];
    const source = sourceIn(folderWith());
    const dataset = await loadDataset('auto', { offline: false }, source);
    expect(dataset.source).toBe('synthetic');
    expect(readdirSync(source.directory!)).toEqual([]);
  });

  it('does not fall back where it was stopped', async () => {
    const reason = new Error('stopped');
    const options = { offline: false, signal: AbortSignal.abort(reason) };
    await expect(loadDataset('auto', options, sourceIn(folderWith()))).rejects.toBe(reason);
  });
});

describe('dataStatus and downloadUsps', () => {
  it('tell what is there before and after', async () => {
    const source = sourceIn(folderWith());
    const before = await dataStatus(source);
    expect(before.directory).toBe(source.directory);
    expect(before.files.map((file) => file.present)).toEqual([false, false]);
    server.answers = [whole(NINETY_BZIP2)];
    const after = await downloadUsps({}, source);
    expect(after.files.map((file) => file.verified)).toEqual([true, true]);
    expect(after).toEqual(await dataStatus(source));
  });

  it('clear away what a killed download has left, in a directory that they make', async () => {
    const directory = folderWith({ 'usps.bz2.123.part': 'half', 'notes.txt': 'mine' });
    server.answers = [whole(NINETY_BZIP2)];
    await downloadUsps({}, sourceIn(directory));
    expect(readdirSync(directory).sort()).toEqual(['notes.txt', 'usps.bz2', 'usps.t.bz2']);
    const deeper = join(directory, 'a', 'b');
    await downloadUsps({}, sourceIn(deeper));
    expect(readdirSync(deeper).sort()).toEqual(['usps.bz2', 'usps.t.bz2']);
  });

  it('take turns: the second finds what the first has brought', async () => {
    server.answers = [whole(NINETY_BZIP2)];
    const source = sourceIn(folderWith());
    const both = await Promise.all([downloadUsps({}, source), downloadUsps({}, source)]);
    expect(both.flatMap(({ files }) => files.map(({ verified }) => verified))).not.toContain(false);
    expect(server.requests).toBe(2);
    // And leave the folder to others.
    const release = await lockFolder(source.directory!);
    expect(release).not.toBeNull();
    await release!();
  });

  it('obey a signal while they wait for their turn', async () => {
    const directory = folderWith();
    const release = await lockFolder(directory);
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error('stopped')), 50);
    await expect(downloadUsps({ signal: stop.signal }, sourceIn(directory))).rejects.toThrow('stopped');
    await release!();
  });

  it('say so where the cache cannot be a directory', async () => {
    const directory = join(folderWith({ file: '' }), 'file', 'cache');
    const failure = await failureOf(downloadUsps({}, sourceIn(directory)));
    expect(failure.exitCode).toBe(EXIT.environment);
    expect(failure.message).toMatch(/^expected a cache directory that can be written, got .*BACKPROOF_CACHE/);
  });
});

/** The images of NINETY without indices, in the format of zip.train: the digit, then the values. */
const DENSE = NINETY.split('\n')
  .filter((line) => line !== '')
  .map((line) => line.split(' '))
  .map(
    ([label, ...values]) =>
      `${Number(label) - 1}.0000 ${values.map((value) => value.split(':')[1]).join(' ')} `,
  )
  .join('\n');
const DENSE_GZIP = gzipSync(DENSE);
const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('the second source of the digits', () => {
  const secondFile = (name: string, sha256 = sha256Of(DENSE_GZIP)) => ({
    name,
    url: `${server.base}/${name}`,
    sha256,
    maxBytes: 100_000,
  });
  const sources = (directory: string, sha256?: string): UspsSource => ({
    ...sourceIn(directory),
    second: { train: secondFile('zip.train.gz', sha256), test: secondFile('zip.test.gz', sha256) },
  });

  it('is asked where the first fails, and has the same images', async () => {
    server.answers = [status(404), whole(DENSE_GZIP), whole(DENSE_GZIP)];
    const directory = folderWith();
    const dataset = await loadDataset('usps', { offline: false }, sources(directory));
    expect(dataset.source).toBe('usps');
    expect(dataset.files.map(({ name }) => name)).toEqual(['zip.train.gz', 'zip.test.gz']);
    const first = await loadDataset(folderWith(cached), { offline: true });
    expect(dataset.train).toEqual(first.train);
    expect(dataset.test).toEqual(first.test);
    // Now it is in the cache.
    const again = await loadDataset('usps', { offline: true }, sources(directory));
    expect(again.train).toEqual(first.train);
  });

  it('is refused with another checksum, and both are named', async () => {
    server.answers = [status(404), whole(DENSE_GZIP)];
    const directory = folderWith();
    const failure = await failureOf(
      loadDataset('usps', { offline: false }, sources(directory, '0'.repeat(64))),
    );
    expect(failure.exitCode).toBe(EXIT.environment);
    expect(failure.message).toMatch(/usps\.bz2: expected a download .*404.*; zip\.train\.gz: .* sha256 /);
    expect(readdirSync(directory)).toEqual([]);
  });
});

describe('loadDataset of an address', () => {
  const sum = sha256Of(DENSE_GZIP);

  it('downloads the files, verifies them, and has them in the cache the next time', async () => {
    const source = sourceIn(folderWith());
    const url = `${server.base}/mine.gz`.replace('http:', 'https:');
    const failure = await failureOf(loadDataset(`${url}#sha256=${sum}`, { offline: true }, source));
    expect(failure).toMatchObject({ exitCode: EXIT.environment });
    writeFileSync(join(source.directory!, `${sum.slice(0, 16)}-mine.gz`), DENSE_GZIP);
    const dataset = await loadDataset(`${url}#sha256=${sum}`, { offline: true }, source);
    expect(dataset).toMatchObject({ source: 'file', test: null, files: [{ sha256: sum }] });
    expect(dataset.train.count).toBe(90);
  });

  it.each([
    ['http://a.example/b.gz#sha256=0', /expected an https address/],
    [
      'https://a.example/b.gz',
      /expected its SHA-256 of 64 hexadecimal digits, got none; give it as --sha256/,
    ],
    ['https://a.example/b.gz#sha256=12', /expected its SHA-256/],
    ['https://a.example/b,https://a.example/c,https://a.example/d', /expected one address or two/],
  ])('refuses %s', async (spec, message) => {
    const failure = await failureOf(loadDataset(spec, { offline: false }, sourceIn(folderWith())));
    expect(failure).toMatchObject({ exitCode: EXIT.usage, message: expect.stringMatching(message) });
  });

  it('has a name in the cache by its checksum, and an end of what it may bring', () => {
    const sums = ['0123456789ABCDEF'.repeat(4), 'f'.repeat(64)];
    const [one, two] = filesAt(
      `https://a.example/b/c%20d?e=f#sha256=${sums[0]},https://a.example/#sha256=${sums[1]}`,
    );
    expect(one).toEqual({
      name: '0123456789abcdef-c_20d',
      url: 'https://a.example/b/c%20d?e=f',
      sha256: '0123456789abcdef'.repeat(4),
      maxBytes: 256e6,
    });
    expect(two).toMatchObject({ name: 'ffffffffffffffff-', url: 'https://a.example/' });
    expect(['HTTPS://a', 'http://a', 'ftp://a', 'a/https://b', 'usps'].map(isUrl)).toEqual([
      ...[true, true, false, false, false],
    ]);
    for (const data of [undefined, 'https://a/b#sha256=x'])
      expect(() => withChecksums(data, 'x')).toThrow('--sha256: expected --data URL with it, got');
    expect(withChecksums(undefined, undefined)).toBeUndefined();
  });

  it('takes checksums from --sha256', () => {
    expect(withChecksums('https://a/b,https://a/c', 'x,y')).toBe('https://a/b#sha256=x,https://a/c#sha256=y');
    expect(withChecksums('usps', undefined)).toBe('usps');
    expect(() => withChecksums('usps', 'x')).toThrow('--sha256: expected --data URL with it, got usps');
    expect(() => withChecksums('https://a/b', 'x,y')).toThrow('expected 1 checksums');
  });
});

describe('gzip', () => {
  it('that ends early is refused in one line', async () => {
    const path = join(folderWith({ 'half.gz': DENSE_GZIP.subarray(0, DENSE_GZIP.length / 2) }), 'half.gz');
    const failure = await failureOf(loadDataset(path, { offline: true }));
    expect(failure).toMatchObject({ exitCode: EXIT.usage });
    expect(failure.message).toMatch(/half\.gz: expected whole gzip data, got unexpected end of file/);
  });
});
