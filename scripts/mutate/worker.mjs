// Runs suites, one after the other, in one process: Jest's start and the modules outside of the suites are paid once. A
// suite's own modules are loaded anew each time.
import { runCLI } from 'jest';
import { configFor } from './config.js';

process.on('message', async (/** @type {import('./run.ts').Task} */ task) => {
  const config = configFor(task);
  const { results } = await runCLI(
    {
      ...{ $0: '', _: [task.suite], config: JSON.stringify(config), runTestsByPath: true },
      ...{ runInBand: true, silent: true, watchman: false, passWithNoTests: false },
    },
    [config.rootDir],
  );
  process.send?.({ what: 'ended', success: results.success });
});
process.on('disconnect', () => process.exit());
