import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { globalAgent } from 'node:https';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type DownloadOptions, download, pauseBefore } from '../../../src/notebook/data/download.ts';
import { PUBLISHED, type PublishedFile } from '../../../src/notebook/data/published.ts';
import { EXIT } from '../../../src/system/errors.ts';
import { certificate } from '../../support/certificate.ts';
import { failureOf, md5Of, NINETY_BZIP2, temporaryFolder } from './fixtures.ts';
import {
  type Answer,
  dripping,
  encoded,
  localServer,
  partly,
  redirect,
  silence,
  status,
  unannounced,
  whole,
} from './server.ts';

const server = localServer();
const folder = temporaryFolder();
let tests = 0;

/** A new cache directory, the published file on the local server, and options with short delays. */
function setUp(
  file: { name?: string; url?: string; md5?: string; maxBytes?: number } = {},
  options: DownloadOptions = {},
) {
  const directory = join(folder, String(++tests));
  mkdirSync(directory);
  const published: PublishedFile = {
    name: 'usps.bz2',
    url: `${server.base}/usps.bz2`,
    md5: md5Of(NINETY_BZIP2),
    maxBytes: 10_000,
    ...file,
  };
  const path = join(directory, published.name);
  const impatient = { stallMs: 500, attempts: 3, backOffMs: 5, allowHttp: true, ...options };
  return {
    path,
    url: published.url,
    run: () => download(published, path, impatient),
    left: () => (existsSync(directory) ? readdirSync(directory) : []),
  };
}

describe('download', () => {
  it('stores the file and tells of its progress', async () => {
    server.answers = [whole(NINETY_BZIP2)];
    const progress: [string, number, number | null][] = [];
    const { run, path, left } = setUp({}, { onProgress: (...step) => progress.push(step) });
    await run();
    expect(readFileSync(path).equals(Buffer.from(NINETY_BZIP2))).toBe(true);
    expect(left()).toEqual(['usps.bz2']);
    expect(progress.at(-1)).toEqual(['usps.bz2', NINETY_BZIP2.length, NINETY_BZIP2.length]);
  });

  it('does without an announced length', async () => {
    server.answers = [unannounced(NINETY_BZIP2)];
    const totals: (number | null)[] = [];
    const { run, left } = setUp({}, { onProgress: (_, __, total) => totals.push(total) });
    await run();
    expect(left()).toEqual(['usps.bz2']);
    expect(totals.at(-1)).toBeNull();
  });

  it.each([
    ['a server error', status(503)],
    ['too many requests', status(429)],
    ['a connection that breaks', partly(NINETY_BZIP2, 1000, 'end')],
    ['a stall', partly(NINETY_BZIP2, 1000, 'silence')],
    ['silence', silence],
    ['other bytes', whole(NINETY_BZIP2.subarray(1))],
  ])('tries again after %s', async (_, answer) => {
    server.answers = [answer, whole(NINETY_BZIP2)];
    const { run, left } = setUp();
    await run();
    expect(left()).toEqual(['usps.bz2']);
    expect(server.requests).toBe(2);
  });

  it('replaces a file that was wrong', async () => {
    server.answers = [whole(NINETY_BZIP2)];
    const { run, path, left } = setUp();
    writeFileSync(path, 'something else');
    await run();
    expect(left()).toEqual(['usps.bz2']);
    expect(md5Of(readFileSync(path))).toBe(md5Of(NINETY_BZIP2));
  });
});

describe('download fails and leaves nothing behind', () => {
  const wrongMd5 = md5Of(NINETY_BZIP2.subarray(1));
  it.each<[string, Answer, number, string]>([
    ['a page that is missing', status(404), 1, 'HTTP 404 Not Found'],
    ['a server error that stays', status(500), 3, 'HTTP 500 Internal Server Error'],
    ['a stall', partly(NINETY_BZIP2, 1000, 'silence'), 3, 'no byte for 0.5 s'],
    ['no answer', silence, 3, 'no byte for 0.5 s'],
    ['a broken connection', partly(NINETY_BZIP2, 1000, 'end'), 3, 'a connection that broke off'],
    [
      'other bytes',
      whole(NINETY_BZIP2.subarray(1)),
      3,
      `md5 ${wrongMd5} where ${md5Of(NINETY_BZIP2)} was expected`,
    ],
    [
      'an announced size above the limit',
      whole(Buffer.alloc(10_001)),
      1,
      '10001 bytes or more where at most 10000',
    ],
    [
      'much announced and little sent',
      (response) =>
        response.writeHead(200, { 'content-length': 10_001 }).write(NINETY_BZIP2.subarray(0, 100)),
      1,
      '10001 bytes or more where at most 10000',
    ],
    ['bytes that are encoded', encoded(NINETY_BZIP2, 'gzip'), 1, 'the bytes encoded as gzip, where'],
    [
      'more encodings than a client knows',
      encoded(NINETY_BZIP2, Array(9).fill('gzip').join()),
      1,
      'encoded as',
    ],
    ['a redirection to itself', redirect('/'), 6, 'more than 5 redirections'],
    ['a redirection to nowhere', redirect('http://['), 1, 'a redirection to what is no address'],
    [
      'a redirection to a file',
      redirect('file:///etc/passwd'),
      1,
      'to file:///etc/passwd, which is not https',
    ],
    ['half an answer', (response) => response.socket?.end('HTTP/1.1 200 OK\r\nContent-'), 3, 'broke off'],
    ['what is no HTTP', (response) => response.socket?.end('\u0000\u001bhello\n'), 3, 'Parse Error'],
    [
      'an upgrade',
      (response) => response.writeHead(101, { upgrade: 'x', connection: 'upgrade' }).end(),
      3,
      '',
    ],
    ['a size above the limit', unannounced(Buffer.alloc(20_000)), 1, 'where at most 10000 were expected'],
  ])('%s', async (_, answer, requests, got) => {
    server.answers = [answer];
    const { run, left, url } = setUp();
    const failure = await failureOf(run());
    expect(failure.exitCode).toBe(EXIT.environment);
    expect(failure.message).toContain(`usps.bz2: expected a download from ${url}, got `);
    expect(failure.message).toContain(got);
    expect(failure.message).toContain('--data PATH');
    expect(failure.message).toContain('--data synthetic');
    expect(failure.message).not.toContain('\n');
    expect(left()).toEqual([]);
    expect(server.requests).toBe(requests);
  });

  it('a refusal with a body that never ends, whose connection it closes', async () => {
    const closed: Promise<unknown>[] = [];
    server.answers = [
      (response) => {
        closed.push(once(response, 'close'));
        response.writeHead(404).write('no such file');
      },
    ];
    const { run, left } = setUp();
    expect((await failureOf(run())).message).toContain('HTTP 404');
    await Promise.all(closed);
    expect([closed.length, left()]).toEqual([1, []]);
  });

  it('with no file left open', async () => {
    if (!existsSync('/proc/self/fd')) return;
    const openFiles = () =>
      readdirSync('/proc/self/fd').filter((fd) => {
        try {
          return readlinkSync(`/proc/self/fd/${fd}`).startsWith(folder);
        } catch {
          return false;
        }
      });
    server.answers = [whole(NINETY_BZIP2.subarray(1)), whole(NINETY_BZIP2)];
    await setUp().run();
    expect(openFiles()).toEqual([]);
  });

  it('a server that is not there', async () => {
    const { run, left } = setUp({ url: 'http://127.0.0.1:1/usps.bz2' });
    expect((await failureOf(run())).message).toMatch(/ECONNREFUSED|bad port/);
    expect(left()).toEqual([]);
  });

  it('a name that cannot be resolved, without waiting as for a stall', async () => {
    const stallMs = 5_000;
    const { run, left } = setUp({ url: 'http://nowhere.invalid/usps.bz2' }, { stallMs });
    const start = performance.now();
    const failure = await failureOf(run());
    expect(performance.now() - start).toBeLessThan(stallMs);
    expect(failure.exitCode).toBe(EXIT.environment);
    expect(failure.message).toContain('nowhere.invalid');
    expect(left()).toEqual([]);
  });

  it('an abort, in the middle of the body and between two attempts', async () => {
    for (const answer of [partly(NINETY_BZIP2, 1000, 'silence'), status(503)]) {
      server.answers = [answer];
      const abort = new AbortController();
      const reason = new Error('stopped by the user');
      const { run, left } = setUp({}, { signal: abort.signal, stallMs: 600_000, backOffMs: 600_000 });
      setTimeout(() => abort.abort(reason), 100);
      await expect(run()).rejects.toBe(reason);
      expect(left()).toEqual([]);
    }
  });

  it('an address that is not https, unless allowed', async () => {
    const { run } = setUp({}, { allowHttp: false });
    expect((await failureOf(run())).message).toContain('expected an https address, got http://127.0.0.1');
    expect(server.requests).toBe(0);
  });

  it('a byte now and then, for ever', async () => {
    server.answers = [dripping(NINETY_BZIP2, 20)];
    const { run, left } = setUp({}, { totalMs: 600 });
    const start = performance.now();
    expect((await failureOf(run())).message).toContain('got no end of it within 0.6 s; ');
    expect(performance.now() - start).toBeLessThan(2000);
    expect(left()).toEqual([]);
    expect(server.requests).toBe(1);
  });

  it('a cache directory that is none', async () => {
    server.answers = [whole(NINETY_BZIP2)];
    writeFileSync(join(folder, 'file'), '');
    const { run } = setUp({ name: join('..', 'file', 'usps.bz2') });
    const failure = await failureOf(run());
    expect(failure.exitCode).toBe(EXIT.environment);
    expect(failure.message).toMatch(/^expected a cache directory that can be written, got .*BACKPROOF_CACHE/);
  });
});

describe('over https', () => {
  const secure = localServer(certificate);
  const { ca } = globalAgent.options;
  const trust = (authority: typeof ca): void => {
    globalAgent.options.ca = authority;
  };
  beforeEach(() => trust(certificate.cert));
  afterAll(() => trust(ca));

  it('stores the file behind redirections', async () => {
    secure.answers = [redirect('/elsewhere'), redirect('/again'), whole(NINETY_BZIP2)];
    const { run, left } = setUp({ url: `${secure.base}/usps.bz2` }, { allowHttp: false });
    await run();
    expect(left()).toEqual(['usps.bz2']);
  });

  it.each([301, 302, 303, 307, 308])('follows a redirection with status %i', async (status) => {
    secure.answers = [redirect('/elsewhere', status), whole(NINETY_BZIP2)];
    const { run, left } = setUp({ url: `${secure.base}/usps.bz2` }, { allowHttp: false });
    await run();
    expect([left(), secure.requests]).toEqual([['usps.bz2'], 2]);
  });

  it.each([0, 1, 4])('refuses plain http after %i redirections, and asks there for nothing', async (hops) => {
    secure.answers = [...Array(hops).fill(redirect('/next')), redirect(`${server.base}/usps.bz2`)];
    server.answers = [redirect(`${secure.base}/back`)];
    const { run, left } = setUp({ url: `${secure.base}/usps.bz2` }, { allowHttp: false });
    expect((await failureOf(run())).message).toContain(
      `got a redirection to ${server.base}/usps.bz2, which is not https`,
    );
    expect([secure.requests, server.requests, left()]).toEqual([hops + 1, 0, []]);
  });

  it('refuses a certificate of nobody', async () => {
    trust(ca);
    secure.answers = [whole(NINETY_BZIP2)];
    const { run, left } = setUp({ url: `${secure.base}/usps.bz2` }, { allowHttp: false });
    const { message } = await failureOf(run());
    expect(message).toMatch(/self-signed certificate/);
    expect(left()).toEqual([]);
  });
});

it('waits twice as long before each further attempt', () => {
  expect([2, 3, 4, 5].map((attempt) => pauseBefore(attempt, 500))).toEqual([500, 1000, 2000, 4000]);
});

describe('PUBLISHED', () => {
  it('is only https', () => {
    for (const file of Object.values(PUBLISHED)) {
      expect(file.url).toMatch(/^https:\/\/.*\/usps(\.t)?\.bz2$/);
      expect(file.md5).toMatch(/^[0-9a-f]{32}$/);
    }
  });
});
