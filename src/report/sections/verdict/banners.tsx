import type { VNode } from 'preact';
import { listed } from '../../parts/format.ts';
import { Status } from '../../parts/status.tsx';
import { differingSettings, isSynthetic, partialRuns, type ReportResults } from '../../results.ts';

/** Warnings at the top: synthetic data, an unfinished run, results of two different runs. */
export const Banners = ({ results }: { results: ReportResults }): VNode => {
  const differing = differingSettings(results);
  return (
    <>
      {isSynthetic(results) && (
        <div class="banner banner--synthetic" role="note">
          <strong>SYNTHETIC DATA</strong>
          <span>
            These digits were drawn by a generator, they are not USPS. The gradients are checked all the same;
            the accuracy says nothing about real digits.
          </span>
        </div>
      )}
      {partialRuns(results).map(([name, partial]) => (
        <div class="banner banner--partial" role="note">
          <strong>PARTIAL</strong>
          <span>
            {`${name} ${partial.reason} at epoch ${partial.epoch}, sample ${partial.sample}: `}
            {partial.message}
          </span>
        </div>
      ))}
      {differing.length > 0 && (
        <div class="banner banner--partial" role="note">
          <Status status="warn" word="TWO RUNS" />
          <span>{`train.json and compare.json differ in ${listed(differing)}: they are not of the same run.`}</span>
        </div>
      )}
    </>
  );
};
