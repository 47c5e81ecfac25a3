import { errorText } from './errors.ts';
import { CONTRACT_TOLERANCE } from './numeric/precision.ts';
import { multiIndex } from './spec/readInput.ts';
import type { Subject, Values } from './spec/subject.ts';
import type { StageLog } from './stages.ts';
import type { Side } from './types.ts';

/** Stage `dy contract`: a gradient is linear in dy, so zero dy gives zero and twice dy gives twice the gradient. */
export function checkContract(
  subject: Subject,
  dy: Values,
  side: Side,
  run: (dy: Values) => Map<string, Values>,
  log: StageLog,
): void {
  try {
    const once = run(dy);
    const zero = run({ ...dy, values: new Float64Array(dy.values.length) });
    const doubled = run({ ...dy, values: dy.values.map((x) => 2 * x) });
    for (const { name, shape } of subject.checked.differentiable) {
      const problem = nonlinearity(once.get(name)!, zero.get(name)!, doubled.get(name)!, shape);
      if (problem === null) continue;
      log.fail('dy contract', `the gradient of ${name} ${problem}`, side);
      return;
    }
    log.pass('dy contract');
  } catch (error) {
    log.fail('dy contract', `with zero or doubled dy it threw: ${errorText(error)}`, side);
  }
}

function nonlinearity(once: Values, zero: Values, doubled: Values, shape: readonly number[]): string | null {
  const same = once.values.every((g, i) => Object.is(g, zero.values[i]) && Object.is(g, doubled.values[i]));
  if (same && once.values.some((g) => g !== 0)) return 'does not depend on dy: dy is ignored';
  const largest = once.values.reduce((most, g) => Math.max(most, Math.abs(g)), 0);
  const at = (flat: number): string => `[${multiIndex(shape, flat)}]`;
  for (const [flat, g] of once.values.entries()) {
    const atZero = zero.values[flat]!;
    if (atZero !== 0) return `is ${atZero} at ${at(flat)} where dy is zero, expected 0`;
    const twice = doubled.values[flat]!;
    if (!(Math.abs(twice - 2 * g) <= CONTRACT_TOLERANCE * (Math.abs(g) + largest)))
      return `goes from ${g} to ${twice} at ${at(flat)} where dy doubles, expected ${2 * g}`;
  }
  return null;
}
