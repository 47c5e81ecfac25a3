import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { UspsSource } from '../../../src/notebook/data/dataset.ts';
import { certificate } from '../../../test/support/certificate.ts';
import { leftIn } from '../folders.ts';
import { firstOf, type Kind, pick, type Random, whole } from '../kind.ts';
import { judgeEnd, runProgram } from '../program.ts';

type Answer = (response: ServerResponse) => void;

/** The answers of hostile or broken servers. `plain` is the address of a server without encryption. */
const hostile = (body: Buffer, random: Random, plain: string): Readonly<Record<string, Answer>> => {
  const raw =
    (text: string | Buffer): Answer =>
    (response) =>
      void response.socket?.end(text);
  const encodings = Array(whole(random, 1, 40))
    .fill(pick(random, ['gzip', 'br', 'deflate', 'x']))
    .join();
  const at = whole(random, 0, body.length - 1);
  return {
    'a status': (response) =>
      response.writeHead(pick(random, [204, 206, 301, 400, 404, 429, 500, 503])).end(),
    'a byte now and then': (response) => {
      response.writeHead(200, { 'content-length': body.length });
      let sent = 0;
      const timer = setInterval(() => response.write(body.subarray(sent, ++sent)), 50);
      response.on('close', () => clearInterval(timer));
    },
    'a header now and then': ({ socket }) => {
      socket?.write('HTTP/1.1 200 OK\r\n');
      const timer = setInterval(() => socket?.write('x: y\r\n'), 50);
      socket?.on('close', () => clearInterval(timer)).on('error', () => {});
    },
    silence: () => {},
    'the beginning, then silence': (response) => {
      response.writeHead(200, { 'content-length': body.length }).write(body.subarray(0, at));
    },
    'the beginning, then the end': (response) => {
      response.writeHead(200, { 'content-length': body.length });
      response.write(body.subarray(0, at), () => response.destroy());
    },
    encodings: (response) => response.writeHead(200, { 'content-encoding': encodings }).end(body),
    'other bytes': (response) => response.end(Buffer.alloc(body.length, at)),
    'bytes without end': (response) => {
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536)));
      };
      response.on('drain', more);
      more();
    },
    'a length that is wrong': (response) =>
      response.writeHead(200, { 'content-length': body.length + whole(random, -5, 5) || 1 }).end(body),
    'a length of 10 GB': (response) => response.writeHead(200, { 'content-length': 1e10 }).write(body),
    'a redirection to itself': (response) => response.writeHead(302, { location: '/' }).end(),
    'a redirection to plain http': (response) => response.writeHead(302, { location: `${plain}/x` }).end(),
    'a redirection to nowhere': (response) =>
      response
        .writeHead(302, {
          location: pick(random, ['http://[', 'file:///etc/passwd', 'https://127.0.0.1:1/']),
        })
        .end(),
    'no HTTP': raw('\u0000\u0001\u001b[31m what is this\r\n\r\n'),
    'half a header': raw('HTTP/1.1 200 OK\r\nContent-'),
    'a header without end': raw(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`),
    'a chunk that is none': raw('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nabc'),
    'an upgrade': raw('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'),
    'control characters': raw('HTTP/1.1 404 \u001b[2Jgone\r\n\r\n'),
  };
};

/**
 * --data auto with hostile servers on this machine: the result must be the synthetic digits, with nothing unverified
 * used and no file left.
 */
export const downloads: Kind = {
  async start({ root, scratch }) {
    const lines = Array.from(
      { length: 20 },
      (_, image) =>
        `${(image % 10) + 1} ${Array.from({ length: 256 }, (_, at) => `${at + 1}:-1`).join(' ')}\n`,
    ).join('');
    const { stdout, status } = spawnSync('bzip2', ['-c'], { input: lines });
    const body = status === 0 ? stdout : Buffer.from(lines);
    const md5 = createHash('md5').update(body).digest('hex');
    const authority = join(scratch, 'authority.pem');
    writeFileSync(authority, certificate.cert);
    const program = fileURLToPath(new URL('../downloader.ts', import.meta.url));
    return {
      async trial(random, folder) {
        const good = (response: ServerResponse): void => {
          response.writeHead(200, { 'content-length': body.length }).end(body);
        };
        let answers: Answer[] = [];
        let asked = 0;
        const listener: RequestListener = (_request, response) =>
          answers[Math.min(asked++, answers.length - 1)]!(response);
        const secure = createSecureServer(certificate, listener);
        const open = createServer((_request, response) => good(response));
        for (const server of [secure, open])
          await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
        const port = (server: typeof secure | typeof open): number => (server.address() as AddressInfo).port;
        const ways = hostile(body, random, `http://127.0.0.1:${port(open)}`);
        const names = Array.from({ length: whole(random, 1, 2) }, () => pick(random, Object.keys(ways)));
        const file = (name: string) => ({
          name,
          url: `https://127.0.0.1:${port(secure)}/${name}`,
          md5,
          maxBytes: 1_000_000,
        });
        const directory = join(folder, 'cache');
        const published = { train: file('usps.bz2'), test: file('usps.t.bz2') };
        const load = (download: NonNullable<UspsSource['download']>, killed = false) => {
          const source = JSON.stringify({ directory, published, download } satisfies UspsSource);
          return runProgram(['--import', 'tsx', '--disable-warning=ExperimentalWarning', program, source], {
            cwd: root,
            env: { NODE_EXTRA_CA_CERTS: authority },
            limitMs: 120_000,
            ...(killed && { kill: { signal: 'SIGKILL', afterMs: whole(random, 300, 2000) } }),
          });
        };
        try {
          answers = names.map((name) => ways[name]!);
          const killed = random() < 0.2;
          const ended = await load({ stallMs: 500, totalMs: 1500, attempts: 2, backOffMs: 10 }, killed);
          const whileHostile = readable(directory);
          // Nothing from a hostile server may interfere with a good one afterwards.
          [answers, asked] = [[good], 0];
          // Patient, because a busy machine makes good servers slow.
          const again = await load({ stallMs: 30_000, totalMs: 60_000, attempts: 2, backOffMs: 10 });
          const problem = firstOf(
            killed ? null : judgeEnd(ended, [0]),
            killed ? null : leftIn(directory),
            whileHostile.some(({ name, bytes }) => name.endsWith('.bz2') && !bytes.equals(body))
              ? 'bytes in the cache that are not those published'
              : null,
            judgeEnd(again, [0]),
            again.stdout.includes('"usps"') ? null : `from a good server: ${again.stdout.slice(0, 200)}`,
            leftIn(directory),
          );
          return problem && `${names.join(', then ')}${killed ? ', killed' : ''}: ${problem}`;
        } finally {
          for (const server of [secure, open]) {
            server.closeAllConnections();
            server.close();
          }
        }
      },
      async stop() {},
    };
  },
};

function readable(folder: string): { readonly name: string; readonly bytes: Buffer }[] {
  try {
    return readdirSync(folder).map((name) => ({ name, bytes: readFileSync(join(folder, name)) }));
  } catch {
    return [];
  }
}
