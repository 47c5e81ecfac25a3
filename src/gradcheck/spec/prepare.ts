import type { TF } from '../types.ts';
import { type Before, restore, watchAssignments } from './assignments.ts';
import { type Checked, withVariables } from './readSpec.ts';
import { Subject } from './subject.ts';
import { readVariables } from './variables.ts';

/**
 * A spec that is ready to be checked: forward has run once, so that what it makes at its first call is there (the
 * weights of layers, at random), and the variables have been read.
 * @throws GradcheckInputError for variables that cannot be checked
 */
export function prepare(tf: TF, checked: Checked): Subject {
  const ran = runOnce(tf, checked);
  const { variables } = checked.spec;
  // A forward that throws does so again at stage forward, which reports it.
  if (variables === undefined || (!ran && typeof variables === 'function')) return new Subject(tf, checked);
  const names = checked.inputs.map(({ name }) => name);
  return new Subject(tf, withVariables(checked, readVariables(tf, checked.name, variables, names)));
}

/** Whether forward runs to its end. */
function runOnce(tf: TF, checked: Checked): boolean {
  const subject = new Subject(tf, checked);
  const first: Before = new Map();
  const again: Before = new Map();
  try {
    watchAssignments(tf, first, () => subject.firstRun());
    if (first.size > 0) watchAssignments(tf, again, () => subject.firstRun());
    // A variable that only the first run assigns was set up by it, and keeps its value.
    for (const variable of first.keys()) if (!again.has(variable)) first.delete(variable);
    return true;
  } catch {
    return false;
  } finally {
    restore(tf, again);
    restore(tf, first);
  }
}
