import { outputSide } from '../notebook/model/parameters.ts';
import type { GrowthResult } from '../results/bench.ts';
import type { Contender } from './contender.ts';
import type { Taken } from './measure.ts';
import { fusedContender } from './ours.ts';
import { fitLine, spreadOf } from './statistics.ts';

/** One size at which the fused engine is measured, skipping and dense. */
export interface GrowthPoint {
  readonly by: GrowthResult['by'];
  readonly value: number;
  readonly perClass: number;
  readonly epochs: number;
  readonly kernelSize: number;
  /** What its time should be in proportion to. */
  readonly units: number;
  readonly contenders: { readonly skipping: Contender; readonly dense: Contender };
}

const NOTEBOOK = { perClass: 100, epochs: 80, kernelSize: 5 };
const STEPS = NOTEBOOK.epochs * 2 * NOTEBOOK.perClass;
const perClasses = [25, 50, 100, 200, 400];
const epochs = [10, 20, 40, 80, 160, 320];
const kernelSizes = [1, 3, 5, 7, 9, 11, 13, 15];

/** The points of a growth by one size, the others being the notebook's; samples as many as the data has. */
export function growthPoints(by: GrowthResult['by'], imagesPerClass: number): GrowthPoint[] {
  const point = (value: number, units: number, sizes: Partial<typeof NOTEBOOK>): GrowthPoint => {
    const all = { ...NOTEBOOK, ...sizes };
    const contender = (dense: boolean): Contender => {
      const fused = fusedContender(1, { ...all, dense });
      return { ...fused, id: `${fused.id} ${by} ${value}`, jobsInTurn: 3, warmUps: 6 };
    };
    return {
      by,
      value,
      units,
      ...all,
      contenders: { skipping: contender(false), dense: contender(true) },
    };
  };
  if (by === 'samples')
    return perClasses
      .filter((perClass) => perClass <= imagesPerClass)
      .map((perClass) => point(2 * perClass, 2 * perClass * NOTEBOOK.epochs, { perClass }));
  if (by === 'epochs')
    return epochs.map((value) => point(value, value * 2 * NOTEBOOK.perClass, { epochs: value }));
  // A convolution has a product for each tap of the kernel and each output.
  return kernelSizes.map((value) =>
    point(value, STEPS * value ** 2 * outputSide(value) ** 2, { kernelSize: value }),
  );
}

/** The growth out of what was measured; null where a point is missing. */
export function growthOf(points: readonly GrowthPoint[], taken: readonly Taken[]): GrowthResult | null {
  const medianOf = ({ id }: Contender): number | null => {
    const jobs = taken.find(({ contender }) => contender.id === id)?.jobs ?? [];
    return jobs.length === 0 ? null : spreadOf(jobs.map(({ milliseconds }) => milliseconds)).median;
  };
  const rows: GrowthResult['points'] = [];
  for (const { value, units, contenders } of points) {
    const [skipping, dense] = [medianOf(contenders.skipping), medianOf(contenders.dense)];
    if (skipping === null || dense === null) return null;
    rows.push({ value, units, skipping, dense });
  }
  const by = points[0]?.by;
  if (by === undefined || rows.length < 2) return null;
  const line = (which: 'skipping' | 'dense') => fitLine(rows.map((row) => ({ x: row.units, y: row[which] })));
  return {
    by,
    points: rows,
    lines: by === 'kernelSize' ? null : { skipping: line('skipping'), dense: line('dense') },
  };
}
