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
  /** Whether downloads are forbidden. */
  readonly offline: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (file: string, bytes: number, total: number | null) => void;
  /** Receives notices for the user, one line per call. */
  readonly notice?: (line: string) => void;
}

/** Where and how published files are obtained; for tests. */
export interface UspsSource {
  /** Replaces PUBLISHED. */
  readonly published?: PublishedFiles;
  /** Replaces SECOND_SOURCE; if only `published` is given, there is no second source. */
  readonly second?: PublishedFiles;
  readonly directory?: string;
  readonly download?: Omit<DownloadOptions, 'signal' | 'onProgress'>;
}

/**
 * Loads training and test images.
 *
 * @param spec `auto`: the cache, else a verified download, else the synthetic digits with a notice; `usps`: the cache
 *   or a verified download; `synthetic`; a path (see loadPath); or addresses with checksums (see filesAt)
 * @throws Failure (usage) for a path that is missing, lacks the files or holds bad data
 * @throws Failure (environment) if `usps` is not available
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
    // Bad digits in a verified file are a bug, not a reason to fall back to other digits.
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

/** The state of the published files in the cache. */
export interface DataStatus {
  readonly directory: string;
  /** The training file, then the test file. */
  readonly files: readonly [CachedFile, CachedFile];
}

/** The sources of the same images, in the order in which they are tried. */
const sourcesOf = ({ published, second }: UspsSource): PublishedFiles[] =>
  published === undefined ? [PUBLISHED, second ?? SECOND_SOURCE] : second ? [published, second] : [published];

/**
 * Looks up both published files in the cache and verifies them, for the commands `data` and `doctor`. Reports the first
 * source that has both files, or the first source if none has.
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
 * Downloads those of the two published files that are not in the cache and verified; from the second source if the
 * first does not have them.
 *
 * @returns the state of the cache afterwards
 * @throws Failure (environment) if a file is not available; nothing unverified is left in the cache
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

/** Downloads a file unless the cache has a verified copy; returns its path. */
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

/** Loads images from addresses; the cache stores them under their checksums. */
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
