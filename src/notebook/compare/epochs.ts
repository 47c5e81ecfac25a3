import type { CompareResult } from '../../results/compare.ts';
import { type ParameterName, parameterNames } from '../../results/shared.ts';
import type { StepAgreement } from './agreement.ts';

type Row = CompareResult['perEpoch'][number];

/** The worst values of each epoch, one row per epoch; the row of an unfinished epoch covers the steps taken. */
export class EpochTable {
  readonly rows: Row[] = [];
  #samples = 0;

  /** Adds one step: manual against autodiff of the logits loss, and how far the logged loss's gradient is off. */
  add(
    epoch: number,
    logit: number,
    loss: number,
    step: Record<ParameterName, StepAgreement>,
    loggedMaxAbs: number,
  ): void {
    let row = this.rows.at(-1);
    if (row?.epoch !== epoch) {
      row = emptyRow(epoch);
      this.rows.push(row);
      this.#samples = 0;
    }
    this.#samples++;
    // The running mean over the epoch.
    row.loss += (loss - row.loss) / this.#samples;
    row.logitMin = Math.min(row.logitMin, logit);
    row.logitMax = Math.max(row.logitMax, logit);
    row.loggedMaxAbs = Math.max(row.loggedMaxAbs, loggedMaxAbs);
    for (const name of parameterNames) {
      row.maxAbs[name] = Math.max(row.maxAbs[name], step[name].maxAbs);
      row.maxOverAllowed[name] = Math.max(row.maxOverAllowed[name], step[name].maxOverAllowed);
    }
  }
}

const emptyRow = (epoch: number): Row => ({
  epoch,
  loss: 0,
  maxAbs: { kernel: 0, weight: 0, bias: 0 },
  maxOverAllowed: { kernel: 0, weight: 0, bias: 0 },
  loggedMaxAbs: 0,
  logitMin: Number.MAX_VALUE,
  logitMax: -Number.MAX_VALUE,
});
