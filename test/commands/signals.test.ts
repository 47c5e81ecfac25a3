import { expect, it, jest } from '@jest/globals';
import { listenForStop } from '../../src/commands/signals.ts';

// 128 and the signal's number: 2 and 15.
it.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s stops the work, a second one ends the process with %d', (name, code) => {
  const others = (['SIGINT', 'SIGTERM'] as const).map((each) => [each, process.listeners(each)] as const);
  const exit = jest.spyOn(process, 'exit').mockImplementation((() => undefined) as never);
  try {
    for (const [each] of others) process.removeAllListeners(each);
    const stop = listenForStop();
    expect([stop.signal.aborted, stop.exitCode()]).toEqual([false, null]);
    process.emit(name);
    expect([stop.signal.aborted, stop.exitCode()]).toEqual([true, code]);
    expect(exit).not.toHaveBeenCalled();
    process.emit(name);
    expect(exit).toHaveBeenCalledWith(code);
  } finally {
    exit.mockRestore();
    for (const [each, listeners] of others) {
      process.removeAllListeners(each);
      for (const listener of listeners) process.on(each, listener);
    }
  }
});
