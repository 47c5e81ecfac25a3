import { renderReport } from '../../src/report/index.ts';
import { compareResult, trainResult } from './results.ts';

let page: string | undefined;

/** The report of the made-up training and comparison, rendered once per suite. */
export function wholeReport(): string {
  page ??= renderReport({ train: trainResult(), compare: compareResult() });
  return page;
}
