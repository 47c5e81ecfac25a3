// A worker thread that walks a run in double precision, in parallel with the float32 walk. It imports only the
// double-precision TensorFlow.js, never the float32 one.
import * as tf from 'backproof/float64';
import { followChains } from './chain.ts';
import type { DoublePrecisionResult, WalkInput } from './doublePrecision.ts';
import { checkByDifferences, StepChooser } from './finiteDifferences.ts';
import { serveThread } from './thread.ts';
import { walk } from './walk.ts';

await serveThread<WalkInput, DoublePrecisionResult>(async (input, { signal, onProgress }) => {
  const stepsInAll = input.epochs * input.samples.count;
  const chooser = new StepChooser(stepsInAll);
  const walked = await walk(
    { ...input, tf, precision: 'float64', onStep: (step) => chooser.note(step) },
    { signal, onProgress },
  );
  // A stopped run skips the finite differences, so that its results are sent at once.
  const chosen = walked.partial === null ? chooser.chosen() : [];
  const finiteDifferences = await checkByDifferences(tf, input.samples, chosen, () =>
    onProgress(stepsInAll, stepsInAll),
  );
  const chain = followChains(tf, 'float64', input.samples, chosen);
  return { ...walked, chain, finiteDifferences };
});
