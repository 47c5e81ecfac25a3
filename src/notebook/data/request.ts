import { lookup } from 'node:dns/promises';
import { reasonOf } from './reason.ts';

/** A failure that another attempt would meet again. */
export class Unrepeatable extends Error {}

/** Errors that another attempt cannot change: there is no such name or no such page. */
const FINAL_CODES = new Set(['ENOTFOUND', 'EAI_AGAIN', 'ENETUNREACH', 'EHOSTUNREACH', 'CERT_HAS_EXPIRED']);
/** Milliseconds that the look-up of the server's name may take. */
const NAME_MS = 3000;
const REPEATABLE_STATUS = new Set([408, 425, 429]);

/** A piece of the body; total is the announced length, null where the server does not say. */
interface Piece {
  readonly chunk: Uint8Array;
  readonly total: number | null;
}

/**
 * Fetches an address and yields the body as it arrives.
 *
 * @param options.stallMs an attempt without an answer, or without a byte, for so long is given up
 * @throws Error with the reason in words; Unrepeatable where another attempt is useless
 */
export async function* request(
  url: string,
  options: { readonly signal?: AbortSignal; readonly stallMs?: number; readonly allowHttp?: boolean },
): AsyncGenerator<Piece> {
  const { signal, stallMs = 10_000, allowHttp = false } = options;
  const stalled = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const watch = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => stalled.abort(), stallMs);
  };
  try {
    await requireName(url);
    watch();
    const response = await fetch(url, {
      signal: signal ? AbortSignal.any([signal, stalled.signal]) : stalled.signal,
      // The length and the checksum are those of the bytes as stored.
      headers: { 'accept-encoding': 'identity' },
    });
    if (!allowHttp && !response.url.startsWith('https://')) {
      throw new Unrepeatable(`a redirection to ${response.url}, which is not https`);
    }
    if (!response.ok) throw httpError(response);
    if (response.body === null) throw new Error('an answer without a body');
    const length = Number(response.headers.get('content-length') ?? Number.NaN);
    const total = Number.isSafeInteger(length) ? length : null;
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      watch();
      yield { chunk, total };
    }
  } catch (error) {
    if (stalled.signal.aborted) throw new Error(`no byte for ${stallMs / 1000} s`);
    throw inWords(error);
  } finally {
    clearTimeout(timer);
    // Ends the connection where the consumer stopped early.
    stalled.abort();
  }
}

function httpError(response: Response): Error {
  const message = `HTTP ${response.status} ${response.statusText}`.trimEnd();
  const repeatable = response.status >= 500 || REPEATABLE_STATUS.has(response.status);
  return repeatable ? new Error(message) : new Unrepeatable(message);
}

/** fetch() hides what happened in the cause of `fetch failed`. */
function inWords(error: unknown): unknown {
  const cause = (error as { cause?: unknown }).cause;
  if (cause === undefined) return error;
  const code = String((cause as { code?: unknown }).code);
  return FINAL_CODES.has(code) ? new Unrepeatable(reasonOf(cause)) : new Error(reasonOf(cause));
}

/** A resolver without a network takes its time to say so: it gets a little. */
async function requireName(url: string): Promise<void> {
  const { hostname } = new URL(url);
  // With a proxy, the name is for the proxy to resolve.
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
