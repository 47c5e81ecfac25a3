import type { VNode } from 'preact';
import type { CompareResult } from '../../results/compare.ts';
import { parameterNames } from '../../results/parameterNames.ts';
import { Figure } from '../components/figure.tsx';
import { Section } from '../components/section.tsx';
import type { Column } from '../components/table.tsx';
import { errorPlot } from '../figures/error.ts';
import { size } from '../format.ts';

const columns: readonly Column[] = [{ label: 'Epoch' }, ...parameterNames.map((label) => ({ label }))];

const title = ({ perEpoch }: CompareResult): string => {
  const worst = perEpoch
    .map((row) => ({
      epoch: row.epoch,
      over: Math.max(...parameterNames.map((name) => row.maxOverAllowed[name])),
    }))
    .reduce((left, right) => (right.over > left.over ? right : left), { epoch: 0, over: 0 });
  if (worst.over === 0) return 'The two gradients are equal to the last bit in every epoch';
  return worst.over > 1
    ? `The error is largest in epoch ${worst.epoch}: ${size(worst.over)} times what is allowed`
    : `The error stays under what is allowed; epoch ${worst.epoch} comes nearest, at ${size(worst.over)} of it`;
};

/** When was the error largest? Manual against autodiff of the logits loss. */
export const ErrorByEpoch = ({ compare }: { compare: CompareResult }): VNode => (
  <Section id="by-epoch" question="When is the error largest?" title={title(compare)}>
    {compare.perEpoch.length === 0 ? (
      <p>No epoch was compared.</p>
    ) : (
      <div class="row">
        {(['maxOverAllowed', 'maxAbs'] as const).map((figure) => (
          <Figure
            id={figure === 'maxOverAllowed' ? 'error-over-allowed' : 'error-absolute'}
            label={
              figure === 'maxOverAllowed'
                ? 'Worst error of each epoch over what is allowed, by parameter'
                : 'Worst absolute error of each epoch, by parameter'
            }
            spec={errorPlot(compare, figure)}
            columns={columns}
            rows={compare.perEpoch.map((row) => [
              row.epoch,
              ...parameterNames.map((name) => size(row[figure][name])),
            ])}
          >
            {figure === 'maxOverAllowed'
              ? 'The dashed line is the most that rounding explains. '
              : 'Manual against autodiff of the exact loss. '}
            An error of 0 has no place on a logarithmic axis and is left out.
          </Figure>
        ))}
      </div>
    )}
  </Section>
);
