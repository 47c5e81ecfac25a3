import { dataStatus, downloadUsps } from '../notebook/data/dataset.ts';
import { checksumOf, PUBLISHED, SECOND_SOURCE } from '../notebook/data/published.ts';
import { EXIT, type ExitCode, usageFailure } from '../system/errors.ts';
import type { Console } from './console.ts';
import type { Stop } from './signals.ts';

/** `backproof data`: lists the data files, their places and checksums; --download fetches the missing ones. */
export async function dataCommand(
  options: { download: boolean; offline: boolean },
  console: Console,
  stop: Stop,
): Promise<ExitCode> {
  if (options.download) {
    if (options.offline) {
      throw usageFailure('--download: expected a network with it, got --offline; leave one of the two out');
    }
    const progress = console.progress('download');
    try {
      await downloadUsps({
        signal: stop.signal,
        onProgress: (file, bytes, total) => {
          if (total !== null) progress.update(bytes, total, file);
        },
      });
    } finally {
      progress.done();
    }
  }
  const status = await dataStatus();
  console.say(`cache      ${status.directory}`);
  const published = [PUBLISHED, SECOND_SOURCE].flatMap(({ train, test }) => [train, test]);
  for (const file of status.files) {
    const [algorithm, expected] = checksumOf(published.find(({ url }) => url === file.url)!);
    const state = file.verified
      ? `${file.bytes} bytes, ${algorithm} verified`
      : file.present
        ? `${algorithm} wrong`
        : 'not there';
    console.say(`${file.name.padEnd(10)} ${state}`);
    console.say(`${''.padEnd(10)} ${file.url}`);
    console.say(`${''.padEnd(10)} ${algorithm} ${expected} expected, ${file[algorithm] ?? 'no file'} found`);
  }
  if (!status.files.every((file) => file.verified)) {
    console.say(
      `second     ${SECOND_SOURCE.train.url} and ${SECOND_SOURCE.test.name}: the same images, tried next`,
    );
    console.say('           fetch with backproof data --download, give --data PATH, or use --data synthetic');
  }
  console.say('synthetic  built in: ten digits drawn from a seed, not USPS');
  console.json({ schema: 'backproof/data/1', ...status });
  return EXIT.done;
}
