import { usageFailure } from '../../system/errors.ts';
import type { PublishedFile } from './published.ts';

/** Larger than any set of digits of this size. */
const MAX_BYTES = 256_000_000;

/** Whether a value of `--data` is one or two addresses. */
export const isUrl = (spec: string): boolean => /^https?:\/\//i.test(spec);

/**
 * Combines addresses and `--sha256`, both separated by commas, into one value of `--data` with its checksums, so that
 * this value identifies the data wherever it is stored.
 *
 * @throws Failure (usage) for a malformed checksum, a checksum without an address, or unequal numbers of the two
 */
export function withChecksums(data: string | undefined, sha256: string | undefined): string | undefined {
  if (sha256 === undefined) return data;
  if (data === undefined || !isUrl(data) || data.includes('#'))
    throw usageFailure(`--sha256: expected --data URL with it, got ${data ?? 'none'}`);
  const urls = data.split(',');
  const sums = sha256.split(',');
  if (sums.length !== urls.length)
    throw usageFailure(`--sha256: expected ${urls.length} checksums, one for each file, got ${sums.length}`);
  return urls.map((url, at) => `${url}#sha256=${sums[at]}`).join(',');
}

/**
 * The files named by `URL#sha256=CHECKSUM`, or by two of these with a comma between: training and test images.
 *
 * @throws Failure (usage) for an address that is not https or has no checksum, or for more than two
 */
export function filesAt(spec: string): PublishedFile[] {
  const parts = spec.split(',');
  if (parts.length > 2)
    throw usageFailure(`--data: expected one address or two (training, test), got ${parts.length}`);
  return parts.map((part) => {
    const url = URL.canParse(part) ? new URL(part) : null;
    const sha256 = /^#sha256=([0-9a-f]{64})$/i.exec(url?.hash ?? '')?.[1]?.toLowerCase();
    if (url === null || url.protocol !== 'https:')
      throw usageFailure(`--data: expected an https address, got ${part}; nothing else is downloaded`);
    if (sha256 === undefined)
      throw usageFailure(
        `--data ${part}: expected its SHA-256 of 64 hexadecimal digits, got ${url.hash || 'none'}; give it as --sha256`,
      );
    url.hash = '';
    const last = url.pathname
      .split('/')
      .at(-1)!
      .replace(/[^\w.-]/g, '_');
    return { name: `${sha256.slice(0, 16)}-${last}`, url: url.href, sha256, maxBytes: MAX_BYTES };
  });
}
