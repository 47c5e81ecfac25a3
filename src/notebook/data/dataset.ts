import { cacheDirectory } from '../../system/cache.ts';
import { EXIT, environmentFailure, Failure } from '../../system/errors.ts';
import { type CachedFile, inspectCached } from './cached.ts';
import { inCache } from './cacheFolder.ts';
import { type DownloadOptions, download } from './download.ts';
import type { Dataset } from './images.ts';
import { loadPath } from './path.ts';
import { PUBLISHED, type PublishedFile } from './published.ts';
import { readImages } from './readFile.ts';
import { syntheticDataset } from './synthetic.ts';

/** The published files, in the place of PUBLISHED where a test has its own. */
export type PublishedFiles = Readonly<Record<'train' | 'test', PublishedFile>>;

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
  readonly published?: PublishedFiles;
  readonly directory?: string;
  readonly download?: Omit<DownloadOptions, 'signal' | 'onProgress'>;
}

/**
 * Loads training and test images.
 *
 * @param spec `auto`: the cache, else a verified download, else the synthetic digits with a notice;
 *   `usps`: the cache or a verified download; `synthetic`; or a path (see loadPath)
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
  const status = await dataStatus(source);
  if (!status.files.every((file) => file.verified)) {
    if (options.offline) {
      throw environmentFailure(
        `--offline: expected the USPS files in ${status.directory}, got ${status.files.map(stateOf).join(', ')}; ` +
          'fetch them with `backproof data --download`, give --data PATH, or go on with --data synthetic',
      );
    }
    await downloadUsps(options, source);
  }
  const [train, test] = [
    await readImages(status.files[0].path, options.signal),
    await readImages(status.files[1].path, options.signal),
  ];
  return { source: 'usps', files: [train.file, test.file], train: train.images, test: test.images };
}

const stateOf = (file: CachedFile): string =>
  `${file.name} ${file.verified ? 'present' : file.present ? 'with a wrong md5' : 'missing'}`;

/** The published files as the cache has them. */
export interface DataStatus {
  readonly directory: string;
  /** The training file, then the test file. */
  readonly files: readonly [CachedFile, CachedFile];
}

/** Looks both published files up in the cache and verifies them; for the commands `data` and `doctor`. */
export async function dataStatus(source: UspsSource = {}): Promise<DataStatus> {
  const { published = PUBLISHED, directory = cacheDirectory() } = source;
  return {
    directory,
    files: [await inspectCached(directory, published.train), await inspectCached(directory, published.test)],
  };
}

/**
 * Downloads what the cache does not hold verified of the two published files.
 *
 * @returns what the cache then holds
 * @throws Failure (environment) where a file cannot be had; nothing unverified is left in the cache
 */
export async function downloadUsps(
  options: Pick<LoadOptions, 'signal' | 'onProgress'> = {},
  source: UspsSource = {},
): Promise<DataStatus> {
  const { published = PUBLISHED, directory = cacheDirectory() } = source;
  return inCache(directory, options.signal, async () => {
    const { files } = await dataStatus(source);
    for (const [index, file] of [published.train, published.test].entries()) {
      const cached = files[index]!;
      if (cached.verified) continue;
      await download(file, cached.path, {
        ...source.download,
        ...(options.signal ? { signal: options.signal } : {}),
        ...(options.onProgress ? { onProgress: options.onProgress } : {}),
      });
    }
    return dataStatus(source);
  });
}
