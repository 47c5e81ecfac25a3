import { walkAhead } from '../notebook/compare/doublePrecision.ts';
import { trainAside } from '../report/index.ts';
import { prepareOutputs } from '../results/outputs.ts';
import type { ExitCode } from '../system/errors.ts';
import { compareProblem, exitCodeOfComparison } from './compare.ts';
import type { Console } from './console.ts';
import { prepareProblem } from './problem.ts';
import { writeReport } from './report.ts';
import type { Settings } from './settings.ts';
import type { Stop } from './signals.ts';
import { exitCodeOf, trainProblem } from './train.ts';

/** `backproof run`: trains, compares, reports. A run that ends early leaves train.json, marked partial. */
export async function runCommand(settings: Settings, console: Console, stop: Stop): Promise<ExitCode> {
  await prepareOutputs(settings.out);
  const problem = await prepareProblem(settings, console, stop.signal);
  // Runs in parallel with the training, of which it needs nothing, and then with the rest of the comparison.
  const ahead = walkAhead(problem, stop.signal);
  try {
    const train = await trainProblem(problem, settings, 'run', console, stop);
    if (train.partial !== null) {
      ahead.stop();
      const report = await writeReport({ train }, settings.out, console);
      console.json({ schema: 'backproof/run/1', train, report });
      return exitCodeOf(train, stop);
    }
    // For the report; runs in parallel with the comparison.
    const aside = trainAside(train);
    try {
      const compare = await compareProblem(problem, settings, 'run', console, stop, { ahead });
      const everyMistake = await aside.result;
      const report = await writeReport({ train, compare, everyMistake }, settings.out, console);
      console.json({ schema: 'backproof/run/1', train, compare, report });
      return exitCodeOfComparison(compare, stop);
    } finally {
      await aside.stop();
    }
  } finally {
    ahead.stop();
  }
}
