import { cacheDirectory } from '../../system/cache.ts';
import { EXIT, environmentFailure, Failure } from '../../system/errors.ts';
import { type CachedFile, inspectCached } from './cached.ts';
import { inCache } from './cacheFolder.ts';
import { DownloadFailure, type DownloadOptions, download } from './download.ts';
import type { Dataset } from './images.ts';
import { loadPath } from './path.ts';
import { PUBLISHED, type PublishedFile, type PublishedFiles, SECOND_SOURCE } from './published.ts';
import { readImages } from './readFile.ts';
import { syntheticDataset } from './synthetic.ts';
import { filesAt, isUrl } from './url.ts';

export interface LoadOptions {
  /** Whether nothing may be downloaded. */
  readonly offline: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (file: string, bytes: number, total: number | null) => void;
  /** Receives what the user must know, one line a call. */
  readonly notice?: (line: string) => void;
}

/** Where published files come from and how; for tests. */
export interface UspsSource {
  /** In the place of PUBLISHED. */
  readonly published?: PublishedFiles;
  /** In the place of SECOND_SOURCE; without it, a test that has its own files has no second source of them. */
  readonly second?: PublishedFiles;
  readonly directory?: string;
  readonly download?: Omit<DownloadOptions, 'signal' | 'onProgress'>;
}

/**
 * Loads training and test images.
 *
 * @param spec `auto`: the cache, else a verified download, else the synthetic digits with a notice;
 *   `usps`: the cache or a verified download; `synthetic`; a path (see loadPath); or
 *   addresses with checksums (see filesAt)
 * @throws Failure (usage) for a path that is missing, lacks the files or holds bad data
 * @throws Failure (environment) where `usps` cannot be had
 */
export async function loadDataset(
  spec: string,
  options: LoadOptions,
  source: UspsSource = {},
): Promise<Dataset> {
  if (spec === 'synthetic') return syntheticDataset();
  if (spec === 'usps') return loadUsps(options, source);
  if (isUrl(spec)) return loadUrl(spec, options, source);
  if (spec !== 'auto') return loadPath(spec, options.signal);
  try {
    return await loadUsps(options, source);
  } catch (error) {
    options.signal?.throwIfAborted();
    // Bad digits in a verified file would be a fault, and no reason for other digits.
    if (!(error instanceof Failure && error.exitCode === EXIT.environment)) throw error;
    options.notice?.(`SYNTHETIC digits are used, not USPS: ${error.message}`);
    return syntheticDataset();
  }
}

async function loadUsps(options: LoadOptions, source: UspsSource): Promise<Dataset> {
  let status = await dataStatus(source);
  if (!status.files.every((file) => file.verified)) {
    if (options.offline) {
      throw environmentFailure(
        `--offline: expected the USPS files in ${status.directory}, got ${status.files.map(stateOf).join(', ')}; ` +
          'fetch them with `backproof data --download`, give --data PATH, or go on with --data synthetic',
      );
    }
    status = await downloadUsps(options, source);
  }
  const [train, test] = [
    await readImages(status.files[0].path, options.signal),
    await readImages(status.files[1].path, options.signal),
  ];
  return { source: 'usps', files: [train.file, test.file], train: train.images, test: test.images };
}

const stateOf = (file: CachedFile): string =>
  `${file.name} ${file.verified ? 'present' : file.present ? 'with a wrong checksum' : 'missing'}`;

/** The published files as the cache has them. */
export interface DataStatus {
  readonly directory: string;
  /** The training file, then the test file. */
  readonly files: readonly [CachedFile, CachedFile];
}

/** The sources of the same images, in the order in which they are asked. */
const sourcesOf = ({ published, second }: UspsSource): PublishedFiles[] =>
  published === undefined ? [PUBLISHED, second ?? SECOND_SOURCE] : second ? [published, second] : [published];

/**
 * Looks both published files up in the cache and verifies them; for the commands `data` and `doctor`. They are those of
 * the first source of which both are there, else those of the first.
 */
export async function dataStatus(source: UspsSource = {}): Promise<DataStatus> {
  const { directory = cacheDirectory() } = source;
  const statuses: DataStatus[] = [];
  for (const { train, test } of sourcesOf(source)) {
    const files = [await inspectCached(directory, train), await inspectCached(directory, test)] as const;
    if (files.every((file) => file.verified)) return { directory, files };
    statuses.push({ directory, files });
  }
  return statuses[0]!;
}

/**
 * Downloads what the cache does not hold verified of the two published files; from the second source where the first
 * has not got them.
 *
 * @returns what the cache then holds
 * @throws Failure (environment) where a file cannot be had; nothing unverified is left in the cache
 */
export async function downloadUsps(
  options: Pick<LoadOptions, 'signal' | 'onProgress'> = {},
  source: UspsSource = {},
): Promise<DataStatus> {
  const { directory = cacheDirectory() } = source;
  return inCache(directory, options.signal, async () => {
    const facts: string[] = [];
    for (const files of sourcesOf(source)) {
      if ((await dataStatus(source)).files.every((file) => file.verified)) break;
      try {
        for (const file of [files.train, files.test]) await fetchInto(directory, file, options, source);
      } catch (error) {
        if (!(error instanceof DownloadFailure)) throw error;
        facts.push(...error.facts);
      }
    }
    const status = await dataStatus(source);
    if (!status.files.every((file) => file.verified)) throw new DownloadFailure(facts);
    return status;
  });
}

/** Downloads a file that the cache does not hold verified; returns where it is. */
async function fetchInto(
  directory: string,
  file: PublishedFile,
  { signal, onProgress }: Pick<LoadOptions, 'signal' | 'onProgress'>,
  source: UspsSource,
): Promise<string> {
  const cached = await inspectCached(directory, file);
  if (!cached.verified)
    await download(file, cached.path, {
      ...source.download,
      ...(signal ? { signal } : {}),
      ...(onProgress ? { onProgress } : {}),
    });
  return cached.path;
}

/** Images from addresses, kept in the cache under their checksums. */
async function loadUrl(spec: string, options: LoadOptions, source: UspsSource): Promise<Dataset> {
  const { directory = cacheDirectory() } = source;
  const files = filesAt(spec);
  const held = await Promise.all(files.map((file) => inspectCached(directory, file)));
  if (options.offline && !held.every((file) => file.verified))
    throw environmentFailure(
      `--offline: expected ${files.map(({ url }) => url).join(' and ')} in ${directory}, got a file that is not there; ` +
        'run it once without --offline',
    );
  const paths = await inCache(directory, options.signal, async () => {
    const fetched: string[] = [];
    for (const file of files) fetched.push(await fetchInto(directory, file, options, source));
    return fetched;
  });
  const train = await readImages(paths[0]!, options.signal);
  const test = paths[1] === undefined ? null : await readImages(paths[1], options.signal);
  return {
    source: 'file',
    files: [train.file, ...(test === null ? [] : [test.file])],
    train: train.images,
    test: test?.images ?? null,
  };
}
