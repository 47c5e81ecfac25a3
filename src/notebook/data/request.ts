import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { get as getPlain, type IncomingMessage } from 'node:http';
import { get as getSecurely } from 'node:https';
import { reasonOf } from './reason.ts';

/** A failure that another attempt would meet again. */
export class Unrepeatable extends Error {}

/** Errors that another attempt does not fix, such as an unknown host. */
const FINAL_CODES = new Set(['ENOTFOUND', 'EAI_AGAIN', 'ENETUNREACH', 'EHOSTUNREACH', 'CERT_HAS_EXPIRED']);
/** Milliseconds allowed for resolving the server's name. */
const NAME_MS = 3000;
const REDIRECTIONS = new Set([301, 302, 303, 307, 308]);
const MOST_REDIRECTIONS = 5;
const REPEATABLE_STATUS = new Set([408, 425, 429]);

/** A piece of the body; total is the announced length, null if the server does not say. */
interface Piece {
  readonly chunk: Uint8Array;
  readonly total: number | null;
}

interface RequestOptions {
  readonly signal: AbortSignal;
  readonly allowHttp: boolean;
}

/**
 * Fetches an address and yields the raw body as it arrives. It does not use fetch(), which decodes whatever encoding a
 * server claims, follows redirects from https to http, and throws errors that cannot be caught.
 *
 * @param options.stallMs milliseconds without an answer or a byte after which an attempt is abandoned
 * @throws Error with the reason in words; Unrepeatable if another attempt is useless
 */
export async function* request(
  url: string,
  options: { readonly signal?: AbortSignal; readonly stallMs?: number; readonly allowHttp?: boolean },
): AsyncGenerator<Piece> {
  const { signal: stopped, stallMs = 10_000, allowHttp = false } = options;
  const stalled = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const watch = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => stalled.abort(), stallMs);
  };
  const ended = new AbortController();
  const end = (): void => ended.abort();
  for (const signal of [stopped, stalled.signal]) signal?.addEventListener('abort', end, { once: true });
  try {
    stopped?.throwIfAborted();
    const response = await follow(url, { signal: ended.signal, allowHttp }, watch);
    const { statusCode, statusMessage } = response;
    if (statusCode !== 200) throw httpError(statusCode!, statusMessage ?? '');
    const encoding = response.headers['content-encoding'] ?? 'identity';
    if (encoding !== 'identity')
      throw new Unrepeatable(`the bytes encoded as ${encoding}, where they are wanted as they are stored`);
    const length = Number(response.headers['content-length'] ?? Number.NaN);
    const total = Number.isSafeInteger(length) ? length : null;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      watch();
      yield { chunk, total };
    }
  } catch (error) {
    if (stalled.signal.aborted) throw new Error(`no byte for ${stallMs / 1000} s`);
    const code = String((error as NodeJS.ErrnoException).code);
    if (code === 'ECONNRESET') throw new Error('a connection that broke off');
    throw FINAL_CODES.has(code) ? new Unrepeatable(reasonOf(error)) : error;
  } finally {
    clearTimeout(timer);
    stopped?.removeEventListener('abort', end);
    // Closes the connection if the consumer stopped early.
    end();
  }
}

/** The answer after all redirects, each of which must be https. */
async function follow(start: string, options: RequestOptions, watch: () => void): Promise<IncomingMessage> {
  let url = new URL(start);
  for (let hops = 0; hops <= MOST_REDIRECTIONS; hops++) {
    await requireName(url.hostname.replace(/^\[|\]$/g, ''));
    watch();
    const response = await answer(url, options);
    const { statusCode, headers } = response;
    if (!REDIRECTIONS.has(statusCode!) || headers.location === undefined) return response;
    response.destroy();
    url = nextHop(url, headers.location, options.allowHttp);
  }
  throw new Unrepeatable(`more than ${MOST_REDIRECTIONS} redirections`);
}

async function answer(url: URL, { signal }: RequestOptions): Promise<IncomingMessage> {
  const get = url.protocol === 'https:' ? getSecurely : getPlain;
  const sent = get(url, { signal, headers: { 'accept-encoding': 'identity', connection: 'close' } });
  // Errors before the answer are handled by the promise here; afterwards a broken connection is an error of the answer.
  sent.on('error', () => {});
  const [response] = (await once(sent, 'response', { signal })) as [IncomingMessage];
  return response;
}

function nextHop(from: URL, location: string, allowHttp: boolean): URL {
  if (!URL.canParse(location, from.href)) throw new Unrepeatable('a redirection to what is no address');
  const url = new URL(location, from);
  if (url.protocol === 'https:' || (allowHttp && url.protocol === 'http:')) return url;
  throw new Unrepeatable(`a redirection to ${url.href}, which is not https`);
}

function httpError(status: number, text: string): Error {
  const message = `HTTP ${status} ${text}`.trimEnd();
  const repeatable = status >= 500 || REPEATABLE_STATUS.has(status);
  return repeatable ? new Error(message) : new Unrepeatable(message);
}

/** Without a network, a resolver takes long to fail, so the lookup has a time limit. */
async function requireName(hostname: string): Promise<void> {
  // With a proxy, the proxy resolves the name.
  if (process.env.NODE_USE_ENV_PROXY) return;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const reason = `no answer from DNS for ${hostname} within ${NAME_MS / 1000} s`;
    timer = setTimeout(() => reject(new Unrepeatable(reason)), NAME_MS);
  });
  try {
    await Promise.race([lookup(hostname), late]);
  } catch (error) {
    throw error instanceof Unrepeatable ? error : new Unrepeatable(reasonOf(error));
  } finally {
    clearTimeout(timer);
  }
}
