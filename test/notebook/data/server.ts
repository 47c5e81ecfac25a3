import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach } from '@jest/globals';

export type Answer = (response: ServerResponse, request: IncomingMessage) => void;

/** A server on this machine with scripted answers. */
export interface LocalServer {
  /** The answers to the next requests, in order; the last one is repeated. */
  answers: Answer[];
  /** Requests since the test began. */
  requests: number;
  base: string;
}

/** Starts a server for a suite; with a certificate it uses https. */
export function localServer(certificate?: { readonly key: string; readonly cert: string }): LocalServer {
  const local: LocalServer = { answers: [], requests: 0, base: '' };
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    const answer = local.answers[Math.min(local.requests, local.answers.length - 1)];
    local.requests++;
    answer?.(response, request);
  };
  const server = certificate ? createSecureServer(certificate, listener) : createServer(listener);
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    local.base = `${certificate ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`;
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

/** The whole content, with its length announced. */
export const whole =
  (content: Uint8Array): Answer =>
  (response) => {
    response.setHeader('content-length', content.length).end(content);
  };

/** The content, labelled with this encoding. */
export const encoded =
  (content: Uint8Array, encodings: string): Answer =>
  (response) => {
    response.writeHead(200, { 'content-length': content.length, 'content-encoding': encodings }).end(content);
  };

/** A redirect to another address. */
export const redirect =
  (location: string, status = 302): Answer =>
  (response) => {
    response.writeHead(status, { location }).end();
  };

/** An endless stream of single bytes at a fixed interval. */
export const dripping =
  (content: Uint8Array, everyMs: number): Answer =>
  (response) => {
    response.writeHead(200, { 'content-length': content.length });
    let at = 0;
    const timer = setInterval(() => response.write(content.subarray(at, ++at)), everyMs);
    response.on('close', () => clearInterval(timer));
  };

/** A status without a body. */
export const status =
  (code: number): Answer =>
  (response) => {
    response.writeHead(code).end();
  };

/** The first bytes, then silence or a closed connection. */
export const partly =
  (content: Uint8Array, bytes: number, then: 'silence' | 'end'): Answer =>
  (response) => {
    response.setHeader('content-length', content.length);
    response.write(content.subarray(0, bytes), () => {
      if (then === 'end') response.destroy();
    });
  };

/** The content, without announcing its length. */
export const unannounced =
  (content: Uint8Array): Answer =>
  (response) => {
    response.write(content);
    response.end();
  };

/** No answer at all. */
export const silence: Answer = () => undefined;
