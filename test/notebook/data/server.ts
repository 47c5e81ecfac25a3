import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach } from '@jest/globals';

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

/** A server on this machine that answers as told. */
export interface LocalServer {
  /** How the next requests are answered, one after the other; the last answer stays. */
  answers: Answer[];
  /** Requests since the test began. */
  requests: number;
  base: string;
}

/** Starts a server for a suite. */
export function localServer(): LocalServer {
  const local: LocalServer = { answers: [], requests: 0, base: '' };
  const server = createServer((request, response) => {
    const answer = local.answers[Math.min(local.requests, local.answers.length - 1)];
    local.requests++;
    answer?.(response, request);
  });
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    local.base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    local.answers = [];
    local.requests = 0;
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return local;
}

/** The whole content, its length announced. */
export const whole =
  (content: Uint8Array): Answer =>
  (response) => {
    response.setHeader('content-length', content.length).end(content);
  };

/** Nothing but a status. */
export const status =
  (code: number): Answer =>
  (response) => {
    response.writeHead(code).end();
  };

/** The first bytes; then silence, or the end of the connection. */
export const partly =
  (content: Uint8Array, bytes: number, then: 'silence' | 'end'): Answer =>
  (response) => {
    response.setHeader('content-length', content.length);
    response.write(content.subarray(0, bytes), () => {
      if (then === 'end') response.destroy();
    });
  };

/** The content without its length. */
export const unannounced =
  (content: Uint8Array): Answer =>
  (response) => {
    response.write(content);
    response.end();
  };

/** No answer at all. */
export const silence: Answer = () => undefined;
