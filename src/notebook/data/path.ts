import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { usageFailure } from '../../system/errors.ts';
import { fileFailure } from '../../system/fileFailure.ts';
import { type Kind, kindOf } from '../../system/readText.ts';
import type { Dataset } from './images.ts';
import { readImages } from './readFile.ts';

/** The file names looked for in a folder, in this order. */
const NAMES = { train: ['usps.bz2', 'usps'], test: ['usps.t.bz2', 'usps.t'] } as const;

/**
 * Loads the user's own files, without a checksum: a folder with usps.bz2 and usps.t.bz2 or unpacked usps and usps.t, or
 * one file, which then has no test split.
 *
 * @throws Failure (usage) if the path is missing, the folder lacks a file, or a file is damaged or wrong
 */
export async function loadPath(path: string, signal?: AbortSignal): Promise<Dataset> {
  const kind = await kindAt(path);
  if (kind === 'missing') {
    throw usageFailure(
      `--data: expected auto, usps, synthetic, or the path of a folder or file, got ${path}, which is not there; check the path`,
    );
  }
  if (kind === 'a file') {
    const { images, file } = await readImages(path, signal);
    return { source: 'file', files: [file], train: images, test: null };
  }
  if (kind !== 'a folder')
    throw usageFailure(`--data: expected a folder or a file, got ${kind} at ${path}; give a copy of it`);
  const trainPath = await findIn(path, NAMES.train);
  const testPath = await findIn(path, NAMES.test);
  const train = await readImages(trainPath, signal);
  const test = await readImages(testPath, signal);
  return { source: 'file', files: [train.file, test.file], train: train.images, test: test.images };
}

async function findIn(folder: string, names: readonly string[]): Promise<string> {
  for (const name of names) {
    if ((await kindAt(join(folder, name))) === 'a file') return join(folder, name);
  }
  throw usageFailure(
    `--data: expected the file ${names.join(' or ')} in the folder ${folder}, got neither; put it there or give the path of one file`,
  );
}

async function kindAt(path: string): Promise<Kind | 'missing'> {
  try {
    return kindOf(await stat(path));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return 'missing';
    throw fileFailure(`--data: expected to read ${path}`, error, 'check the path');
  }
}
