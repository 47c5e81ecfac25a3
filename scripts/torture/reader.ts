// A process that reads files one after the other as the program does, using the sources of the package under test,
// which is its working directory. For each file it reports how the program would end: the exit code and the line.
import { join } from 'node:path';
import type { Settings } from '../../src/commands/settings.ts';
import type { Failure } from '../../src/system/errors.ts';

/** Files to read: a folder of results for a page, images, or a configuration. */
export interface Reading {
  readonly kind: 'report' | 'images' | 'settings';
  readonly path: string;
  /** The folder for pages, one for each process, because each keeps the folders that it writes to. */
  readonly out: string;
}

export interface Read {
  readonly code: number;
  readonly line: string;
  /** The path of the page. */
  readonly out: string;
  /** The memory of the process so far. */
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
    // By its name: a Failure from another build has another class.
    const isFailure = (error as Error).name === 'Failure';
    code = isFailure ? (error as Failure).exitCode : 1;
    line = isFailure ? (error as Failure).message : String((error as Error).stack ?? error);
  }
  process.send!({ code, line, out, bytes: process.resourceUsage().maxRSS * 1024 } satisfies Read);
});
