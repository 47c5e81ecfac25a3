import { formatSelfTest, selfTest } from '../gradcheck/selftest/index.ts';
import { selfTestSubjects } from '../notebook/compare/mistakes.ts';
import { EXIT, type ExitCode } from '../system/errors.ts';
import type { Console } from './console.ts';
import type { Stop } from './signals.ts';

/**
 * `backproof check --self-test`: tests the checker on planted mistakes and their correct twins. A miss is our own bug.
 */
export async function selfTestCommand(console: Console, stop: Stop): Promise<ExitCode> {
  const progress = console.progress('self-test');
  const result = await selfTest(selfTestSubjects, {
    signal: stop.signal,
    onProgress: (done, total) => progress.update(done, total),
  }).finally(() => progress.done());
  console.say(formatSelfTest(result));
  console.json({ schema: 'backproof/self-test/1', ...result });
  return result.verdict === 'pass' ? EXIT.done : EXIT.fault;
}
