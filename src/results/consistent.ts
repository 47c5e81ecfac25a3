import type { z } from 'zod';

/** Relations that hold between fields of a result: where it does not, the field that is wrong and what was expected. */
export type Rule = readonly [holds: boolean, path: readonly (string | number)[], expected: string];

/** A check of a schema, of rules that are made for each value. Only the first that does not hold is said. */
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

/** A list of so many entries. */
export const lengthIs = (
  list: readonly unknown[],
  length: number,
  path: readonly (string | number)[],
  why: string,
): Rule => [list.length === length, path, `${length} entries (${why}), got ${list.length}`];
