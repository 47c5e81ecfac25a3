// A process that reads files as the program does, one after the other, by the sources of the package on trial, which is
// its working directory. Of each it tells how the program would end: the exit code and the line.
import { join } from 'node:path';
import type { Settings } from '../../src/commands/settings.ts';
import type { Failure } from '../../src/system/errors.ts';

/** Files to read: a folder of results made into a page, images, or a configuration. */
export interface Reading {
  readonly kind: 'report' | 'images' | 'settings';
  readonly path: string;
  /** Pages are written into a folder below, the process's own, since each keeps the folders that it writes to. */
  readonly out: string;
}

export interface Read {
  readonly code: number;
  readonly line: string;
  /** Where the page was written. */
  readonly out: string;
  /** Of the process, so far. */
  readonly bytes: number;
}

const source = <Module>(path: string): Promise<Module> =>
  import(`${process.cwd()}/src/${path}`) as Promise<Module>;
const { reportCommand } = await source<typeof import('../../src/commands/report.ts')>('commands/report.ts');
const { loadDataset } =
  await source<typeof import('../../src/notebook/data/dataset.ts')>('notebook/data/dataset.ts');
const { readSettings } =
  await source<typeof import('../../src/commands/settings.ts')>('commands/settings.ts');

const ignored = () => {};
const silent = {
  say: ignored,
  json: ignored,
  notice: ignored,
  failure: ignored,
  progress: () => ({ update: ignored, done: ignored }),
  paint: (_style: unknown, text: string) => text,
};

async function read({ kind, path, out }: Reading): Promise<unknown> {
  if (kind === 'report') return reportCommand({ from: [path], out, open: false, png: false }, silent);
  if (kind === 'images') return loadDataset(path, { offline: true });
  return readSettings({}, path) satisfies Promise<Settings>;
}

process.on('message', async (given: Reading) => {
  const out = join(given.out, String(process.pid));
  const reading = { ...given, out };
  let [code, line] = [0, ''];
  try {
    await read(reading);
  } catch (error) {
    // By its name: a Failure of another build is of another class.
    const isFailure = (error as Error).name === 'Failure';
    code = isFailure ? (error as Failure).exitCode : 1;
    line = isFailure ? (error as Failure).message : String((error as Error).stack ?? error);
  }
  process.send!({ code, line, out, bytes: process.resourceUsage().maxRSS * 1024 } satisfies Read);
});
