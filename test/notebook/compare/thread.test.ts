import { EventEmitter, getEventListeners, once } from 'node:events';
import * as threads from 'node:worker_threads';
import { expect, it, jest } from '@jest/globals';
import { runInThread, serveThread } from '../../../src/notebook/compare/thread.ts';

/** The module, with some exports of node:worker_threads replaced. */
async function withThreads(replaced: object) {
  jest.resetModules();
  jest.unstable_mockModule('node:worker_threads', () => ({ ...threads, ...replaced }));
  return import('../../../src/notebook/compare/thread.ts');
}

it('a thread that is not built is asked for', () => {
  expect(() => runInThread('noWorker', null)).toThrow(
    /^expected the built thread at .*noWorker\.js, got none; run npm run build first$/,
  );
});

it('a thread that ends without a result is an error', async () => {
  // A built file that serves nothing.
  await expect(runInThread('index', null)).rejects.toThrow('the thread index ended with 0 before its result');
});

it('the main thread serves nothing', async () => {
  await expect(serveThread(async () => null)).rejects.toThrow(
    'serveThread: expected to run in a worker thread, got the main one',
  );
});

it('a thread serves its progress and its result, and hears that it is to stop', async () => {
  const { port1: parentPort, port2: caller } = new threads.MessageChannel();
  const inThread = await withThreads({ parentPort, workerData: 7 });
  const messages: unknown[] = [];
  caller.on('message', (message) => messages.push(message));
  caller.postMessage('stop');
  await inThread.serveThread<number, number>(async (input, { signal, onProgress }) => {
    onProgress(1, 2);
    if (!signal.aborted) await once(signal, 'abort');
    return 6 * input;
  });
  await once(caller, 'close');
  expect(messages).toEqual([{ progress: [1, 2] }, { result: 42 }]);
});

it('a signal that has come already stops the thread; its progress and its result are passed on', async () => {
  const worker = Object.assign(new EventEmitter(), { postMessage: jest.fn() });
  const { runInThread } = await withThreads({ Worker: jest.fn(() => worker) });
  const signal = AbortSignal.abort();
  const onProgress = jest.fn();
  const running = runInThread('index', null, { signal, onProgress });
  expect(worker.postMessage.mock.calls).toEqual([['stop']]);
  worker.emit('message', { progress: [1, 2] });
  worker.emit('message', { result: 42 });
  worker.emit('exit', 0);
  expect(await running).toBe(42);
  expect(onProgress.mock.calls).toEqual([[1, 2]]);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});
