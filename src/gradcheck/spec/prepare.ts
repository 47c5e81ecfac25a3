import type { TF } from '../types.ts';
import { type Before, restore, watchAssignments } from './assignments.ts';
import { type Checked, withVariables } from './readSpec.ts';
import { Subject } from './subject.ts';
import { readVariables } from './variables.ts';

/**
 * Prepares a spec for the check: runs forward once, so that everything made at its first call exists (such as the
 * random weights of layers), and reads the variables.
 * @throws GradcheckInputError for variables that cannot be checked
 */
export function prepare(tf: TF, checked: Checked): Subject {
  const ran = runOnce(tf, checked);
  const { variables } = checked.spec;
  // If forward throws, it throws again at stage `forward`, which reports it.
  if (variables === undefined || (!ran && typeof variables === 'function')) return new Subject(tf, checked);
  const names = checked.inputs.map(({ name }) => name);
  return new Subject(tf, withVariables(checked, readVariables(tf, checked.name, variables, names)));
}

/** Runs forward, and returns whether it completed. */
function runOnce(tf: TF, checked: Checked): boolean {
  const subject = new Subject(tf, checked);
  const first: Before = new Map();
  const again: Before = new Map();
  try {
    watchAssignments(tf, first, () => subject.firstRun());
    if (first.size > 0) watchAssignments(tf, again, () => subject.firstRun());
    // A variable that only the first run assigns was initialized there, and keeps its value.
    for (const variable of first.keys()) if (!again.has(variable)) first.delete(variable);
    return true;
  } catch {
    return false;
  } finally {
    restore(tf, again);
    restore(tf, first);
  }
}
