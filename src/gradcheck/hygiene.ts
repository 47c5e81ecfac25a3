import type { Subject, Values } from './spec/subject.ts';
import type { StageLog } from './stages.ts';

/** Stages `inputs unchanged` and `no leak`. */
export function checkHygiene(subject: Subject, dy: Values, withAutodiff: boolean, log: StageLog): void {
  const { changed, dyOverwritten } = subject.sideEffects(dy, withAutodiff);
  const problems = [
    changed.length > 0 ? `${changed.join(', ')} changed or disposed while the functions ran` : null,
    dyOverwritten ? 'dy overwritten by backward (dataSync() may return the very array: copy it)' : null,
  ].filter((problem) => problem !== null);
  if (problems.length > 0) log.fail('inputs unchanged', problems.join('; '));
  else log.pass('inputs unchanged');
  const leaks: string[] = [];
  // Every function has run above. The first run may create constants that later runs share; what comes after is a leak.
  const count = (what: string, run: () => void): void => {
    const before = subject.tf.memory().numTensors;
    run();
    const left = subject.tf.memory().numTensors - before;
    if (left > 0) leaks.push(`${what} leaks ${left} tensor${left === 1 ? '' : 's'} per run`);
  };
  for (const maker of subject.makers) count(maker, () => subject.evaluate(maker));
  if (subject.checked.spec.backward !== undefined)
    count('backward', () => subject.backwardRaw(dy, () => undefined));
  if (withAutodiff) count('the gradient of forward', () => subject.autodiff(dy));
  if (leaks.length > 0) log.fail('no leak', leaks.join('; '));
  else log.pass('no leak');
}
