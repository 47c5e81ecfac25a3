// Prints `N passed, N failed, N skipped` from Jest's JSON; exits 1 if a test failed or was skipped, or none ran.
import { readFileSync } from 'node:fs';

function count(file: string | undefined): Record<'passed' | 'failed' | 'skipped', number> {
  try {
    const results = JSON.parse(readFileSync(file ?? '', 'utf8'));
    // A suite that did not start has no tests to count, so it counts as one failure.
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    return {
      passed: results.numPassedTests,
      failed,
      skipped: results.numPendingTests + results.numTodoTests,
    };
  } catch {
    return { passed: 0, failed: 0, skipped: 0 };
  }
}

const { passed, failed, skipped } = count(process.argv[2]);
process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`);
process.exitCode = passed === 0 || failed > 0 || skipped > 0 ? 1 : 0;
