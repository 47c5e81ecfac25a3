import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import {
  dataStatus,
  downloadUsps,
  loadDataset,
  type UspsSource,
} from '../../../src/notebook/data/dataset.ts';
import { EXIT } from '../../../src/system/errors.ts';
import { lockFolder } from '../../../src/system/lock.ts';
import { failureOf, imageLine, md5Of, NINETY, NINETY_BZIP2, temporaryFolder } from './fixtures.ts';
import { encoded, localServer, status, whole } from './server.ts';

const server = localServer();
const folder = temporaryFolder();
let tests = 0;

/** A folder of its own, with the given files. */
function folderWith(files: Record<string, string | Uint8Array> = {}): string {
  const path = join(folder, String(++tests));
  mkdirSync(path);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(path, name), content);
  return path;
}

/** Both published files are NINETY at the local server. */
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

/** The cache as a complete download leaves it. */
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

  it('says what is missing where nothing may be downloaded', async () => {
    const directory = folderWith({ 'usps.bz2': 'wrong' });
    const failure = await failureOf(loadDataset('usps', { offline: true }, sourceIn(directory)));
    expect(failure.exitCode).toBe(EXIT.environment);
    expect(failure.message).toContain('usps.bz2 with a wrong md5, usps.t.bz2 missing');
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
