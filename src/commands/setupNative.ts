import { EXIT, type ExitCode } from '../system/errors.ts';
import { removeNative, setupNative } from '../tfjs/native/setup/setup.ts';
import type { Console } from './console.ts';
import type { Stop } from './signals.ts';

/** `backproof setup-native`: installs the addon of tfjs-node from a wheel of TensorFlow; `--remove` undoes it. */
export async function setupNativeCommand(
  options: { remove: boolean },
  console: Console,
  stop: Stop,
): Promise<ExitCode> {
  if (options.remove) {
    const removed = await removeNative();
    console.say(`native     ${removed.state}`);
    for (const folder of removed.from) console.say(`from       ${folder}`);
    console.say(`disk       ${megabytes(removed.freedBytes)} given back`);
    console.json({ schema: 'backproof/setup-native/1', ...removed });
    return EXIT.done;
  }
  const progress = console.progress('download');
  const onProgress = (bytes: number, total: number): void => {
    if (bytes > 0) progress.update(bytes, total, megabytes(total));
  };
  const result = await setupNative({ signal: stop.signal, onProgress }).finally(() => progress.done());
  const { state, ours, addon, addonBytes, tensorflow, wheel, cache, cacheBytes, parts } = result;
  console.say(
    `native     ${state}: TensorFlow ${tensorflow}${ours ? '' : ', an addon from elsewhere, left unchanged'}`,
  );
  const notes: Readonly<Record<string, string>> = {
    download: `${wheel.file}, ${megabytes(wheel.bytes)}, sha256 verified`,
    unpack: wheel.libraries.join(', '),
    compile: result.compiler ?? '',
    gradient: 'a convolution, in a process of its own: right',
  };
  for (const { name, seconds } of parts) {
    console.say(`${name.padEnd(10)} ${seconds.toFixed(1).padStart(5)} s  ${notes[name] ?? ''}`);
  }
  console.say(`disk       ${megabytes(addonBytes)} ${addon}`);
  console.say(`           ${megabytes(cacheBytes)} ${cache}, once for all projects`);
  if (!wheel.tested)
    console.notice('setup-native was never tested on this platform; please report how it went');
  if (Number(process.versions.node.split('.')[0]) >= 23) {
    console.notice(
      "on Node 23 and later @tensorflow/tfjs-node needs functions that Node dropped: import 'backproof/native' before it",
    );
  }
  console.json({ schema: 'backproof/setup-native/1', ...result });
  return EXIT.done;
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
