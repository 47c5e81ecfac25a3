// A worker thread that tests the checker of this build with planted mistakes, in parallel with the walks.
import { selfTest } from '../../gradcheck/selftest/index.ts';
import type { SelfTestResult } from '../../results/selfTest.ts';
import { selfTestSubjects } from './mistakes.ts';
import { serveThread } from './thread.ts';

await serveThread<null, SelfTestResult>((_, hooks) => selfTest(selfTestSubjects, hooks));
