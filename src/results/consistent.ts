import type { z } from 'zod';

/** A relation between fields of a result; if it does not hold, the wrong field and the expected value. */
export type Rule = readonly [holds: boolean, path: readonly (string | number)[], expected: string];

/** A schema check of rules that are generated for each value. Only the first violated rule is reported. */
export const consistent =
  <Value>(rulesOf: (value: Value) => Iterable<Rule>) =>
  (context: z.core.ParsePayload<Value>): void => {
    for (const [holds, path, expected] of rulesOf(context.value)) {
      if (holds) continue;
      context.issues.push({
        code: 'custom',
        input: undefined,
        path: [...path],
        message: `expected ${expected}`,
      });
      return;
    }
  };

/** Requires a list to have a given length. */
export const lengthIs = (
  list: readonly unknown[],
  length: number,
  path: readonly (string | number)[],
  why: string,
): Rule => [list.length === length, path, `${length} entries (${why}), got ${list.length}`];
