import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { usageFailure } from '../../system/errors.ts';
import type { Dataset } from './images.ts';
import { readImages } from './readFile.ts';

/** Under these names a folder's files are looked for, in this order. */
const NAMES = { train: ['usps.bz2', 'usps'], test: ['usps.t.bz2', 'usps.t'] } as const;

/**
 * Loads what a user points at, without a checksum: a folder with usps.bz2 and usps.t.bz2 or unpacked usps and usps.t,
 * or one file, which then has no test split.
 *
 * @throws Failure (usage) where the path is missing, the folder lacks a file, or a file is damaged or wrong
 */
export async function loadPath(path: string, signal?: AbortSignal): Promise<Dataset> {
  const kind = await kindOf(path);
  if (kind === 'missing') {
    throw usageFailure(
      `--data: expected auto, usps, synthetic, or the path of a folder or file, got ${path}, which is not there; check the path`,
    );
  }
  if (kind === 'file') {
    const { images, file } = await readImages(path, signal);
    return { source: 'file', files: [file], train: images, test: null };
  }
  const trainPath = await findIn(path, NAMES.train);
  const testPath = await findIn(path, NAMES.test);
  const train = await readImages(trainPath, signal);
  const test = await readImages(testPath, signal);
  return { source: 'file', files: [train.file, test.file], train: train.images, test: test.images };
}

async function findIn(folder: string, names: readonly string[]): Promise<string> {
  for (const name of names) {
    if ((await kindOf(join(folder, name))) === 'file') return join(folder, name);
  }
  throw usageFailure(
    `--data: expected the file ${names.join(' or ')} in the folder ${folder}, got neither; put it there or give the path of one file`,
  );
}

async function kindOf(path: string): Promise<'file' | 'folder' | 'missing'> {
  const found = await stat(path).catch(() => null);
  if (found === null) return 'missing';
  return found.isDirectory() ? 'folder' : 'file';
}
