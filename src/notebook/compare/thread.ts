import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, Worker, workerData } from 'node:worker_threads';
import { packageRoot } from '../../system/packageRoot.ts';

/** The signal that ends work early, and a callback for its progress. */
export interface WorkHooks {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** The hooks that work in a thread receives. */
interface ServedHooks {
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

/** A message from a thread: its progress, and at the end its result. */
type FromThread<Result> = { readonly progress: [done: number, total: number] } | { readonly result: Result };

/**
 * Room for new objects in MB, four times the default. The tensors of a step are garbage at its end; with this much
 * room, few are alive when garbage is collected, which then copies less.
 */
const NURSERY = 192;

/**
 * Runs dist/NAME.js, which calls serveThread, in a worker thread.
 *
 * @throws the error of the thread, or the reason of `signal` if that came first
 */
export function runInThread<Result>(
  name: string,
  input: unknown,
  { signal, onProgress }: WorkHooks = {},
): Promise<Result> {
  const file = join(packageRoot(), 'dist', `${name}.js`);
  if (!existsSync(file))
    throw new Error(`expected the built thread at ${file}, got none; run npm run build first`);
  return new Promise((resolve, reject) => {
    const worker = new Worker(file, {
      workerData: input,
      resourceLimits: { maxYoungGenerationSizeMb: NURSERY },
    });
    const stop = () => worker.postMessage('stop');
    signal?.addEventListener('abort', stop, { once: true });
    if (signal?.aborted) stop();
    worker.on('message', (message: FromThread<Result>) => {
      if ('result' in message) resolve(message.result);
      else onProgress?.(...message.progress);
    });
    worker.on('error', (error) => reject(signal?.aborted ? signal.reason : error));
    worker.on('exit', (code) => {
      signal?.removeEventListener('abort', stop);
      // Has no effect if the result has already arrived.
      reject(new Error(`the thread ${name} ended with ${code} before its result`));
    });
  });
}

/** The thread's end of runInThread: works on the input and sends the result. */
export async function serveThread<Input, Result>(
  work: (input: Input, hooks: ServedHooks) => Promise<Result>,
): Promise<void> {
  const port = parentPort;
  if (port === null) throw new Error('serveThread: expected to run in a worker thread, got the main one');
  const say = (message: FromThread<Result>): void => port.postMessage(message);
  const controller = new AbortController();
  // The only message to a thread: it is to end as soon as possible.
  port.on('message', () => controller.abort());
  const result = await work(workerData as Input, {
    signal: controller.signal,
    onProgress: (done, total) => say({ progress: [done, total] }),
  });
  say({ result });
  port.close();
}
