import { type Side, STAGES, type Stage, type StageResult } from './types.ts';

/** The outcome of each stage. A stage without an entry did not run. */
export class StageLog {
  readonly #results = new Map<Stage, { detail: string; side: Side | null } | null>();

  /** Records a pass; a failure recorded before stays. */
  pass(stage: Stage): void {
    if (!this.#results.has(stage)) this.#results.set(stage, null);
  }

  /** Records a failure; only the first failure of a stage is kept. */
  fail(stage: Stage, detail: string, side: Side | null = null): void {
    if (!this.#results.get(stage)) this.#results.set(stage, { detail, side });
  }

  /**
   * The stage to name: the first that failed. The dy contract comes before the numbers, because a gradient that is not
   * linear in dy has wrong numbers, too.
   */
  get culprit(): StageResult | null {
    const failures = this.list().filter(({ status }) => status === 'fail');
    const [first] = failures;
    if (first?.stage === 'numbers') return failures.find(({ stage }) => stage === 'dy contract') ?? first;
    return first ?? null;
  }

  list(): StageResult[] {
    return STAGES.map((stage) => {
      const failure = this.#results.get(stage);
      if (failure === undefined) return { stage, status: 'not run', detail: null, side: null };
      return failure === null
        ? { stage, status: 'pass', detail: null, side: null }
        : { stage, status: 'fail', ...failure };
    });
  }
}
