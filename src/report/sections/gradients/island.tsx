import type { VNode } from 'preact';
import { useContext, useMemo, useState } from 'preact/hooks';
import type { CompareResult } from '../../../results/compare.ts';
import { type ParameterName, parameterNames } from '../../../results/parameterNames.ts';
import { Choice } from '../../parts/choice.tsx';
import { EpochSlider } from '../../parts/epochSlider.tsx';
import { Figure } from '../../parts/figure.tsx';
import { count, element, exact, size } from '../../parts/format.ts';
import { PageContext } from '../../state.ts';
import { errorPlot, precisions, scatterPlot } from './figure.ts';

type Compared = Pick<CompareResult, 'scatter' | 'perEpoch' | 'perEpochFloat64'>;

const scatterColumns = [
  { label: 'Element' },
  { label: 'Precision', text: true },
  { label: 'Epoch' },
  { label: 'Sample' },
  { label: 'Manual' },
  { label: 'Autodiff' },
  { label: 'Difference' },
  { label: 'Allowed' },
];

const scatterRows = ({ scatter }: Compared, parameter: ParameterName): (string | number)[][] =>
  scatter
    .filter((some) => some.parameter === parameter)
    .flatMap(({ precision, points }) =>
      points.map(({ index, epoch, sample, left, right, allowed }) => [
        element(parameter, index),
        precision,
        epoch,
        sample,
        exact(left, precision),
        exact(right, precision),
        left === null || right === null ? 'not a finite number' : size(Math.abs(left - right)),
        size(allowed),
      ]),
    );

const epochColumns = [
  { label: 'Epoch' },
  ...precisions.flatMap((precision) => [
    { label: `${precision}: difference` },
    { label: `${precision}: over allowed` },
  ]),
];

/** The rows of an epoch in both precisions; a stopped walk has no row for epochs that it did not reach. */
const epochRow = ({ perEpoch, perEpochFloat64 }: Compared, epoch: number) => ({
  float32: perEpoch.find((row) => row.epoch === epoch),
  float64: perEpochFloat64.find((row) => row.epoch === epoch),
});

const epochRows = (compared: Compared, parameter: ParameterName): (string | number)[][] =>
  [...new Set([...compared.perEpoch, ...compared.perEpochFloat64].map(({ epoch }) => epoch))].map((epoch) => {
    const row = epochRow(compared, epoch);
    return [
      epoch,
      ...precisions.flatMap((precision) => {
        const { maxAbs, maxOverAllowed } = row[precision] ?? {};
        return maxAbs && maxOverAllowed
          ? [size(maxAbs[parameter]), size(maxOverAllowed[parameter])]
          : ['', ''];
      }),
    ];
  });

/** Says in words how many elements are the same in both ways. */
const equalWords = ({ scatter }: Compared, parameter: ParameterName): string => {
  const parts = scatter
    .filter((some) => some.parameter === parameter)
    .map(({ precision, elements, equal }) => `${count(equal)} of ${count(elements)} in ${precision}`);
  return `${parts.join(' and ')} are equal to the last bit and have no place on a logarithmic axis.`;
};

/** The page's epoch cursor, and the figures' values at that epoch. */
const AtEpoch = ({ compared, parameter }: { compared: Compared; parameter: ParameterName }): VNode | null => {
  const state = useContext(PageContext);
  if (!state) return null;
  const { epoch } = state.run.frames[state.frame.value]!;
  const row = epochRow(compared, epoch);
  const differences = precisions.flatMap((precision) => {
    const { maxAbs, maxOverAllowed } = row[precision] ?? {};
    if (!maxAbs || !maxOverAllowed) return [];
    return `${size(maxAbs[parameter])} in ${precision}, ${size(maxOverAllowed[parameter])} of what is allowed`;
  });
  return (
    <>
      <EpochSlider id="gradients-epoch" />
      <p class="readout">
        {differences.length > 0
          ? `Worst difference of epoch ${epoch}: ${differences.join('; ')}.`
          : `No step was compared at ${epoch === 0 ? 'the start' : `epoch ${epoch}`}.`}
      </p>
    </>
  );
};

/** One parameter's gradient, manual against autodiff, in both precisions: element by element, and by epoch. */
export const GradientsIsland = ({ first, ...compared }: Compared & { first: ParameterName }): VNode => {
  const [parameter, choose] = useState(first);
  const { scatter, errors } = useMemo(
    () => ({ scatter: scatterPlot(compared.scatter, parameter), errors: errorPlot(compared, parameter) }),
    [parameter],
  );
  return (
    <>
      <Choice
        name="gradient-parameter"
        legend="Gradient of"
        values={parameterNames}
        value={parameter}
        onChange={choose}
      />
      <AtEpoch compared={compared} parameter={parameter} />
      <div class="row">
        {scatter.data.length > 0 && (
          <Figure
            live
            id="gradient-scatter"
            label={`Size of elements of the gradient of ${parameter} against the difference of manual and autodiff`}
            spec={scatter}
            columns={scatterColumns}
            rows={scatterRows(compared, parameter)}
          >
            {`Manual against autodiff of the exact loss: elements of all sizes, and those nearest to what is allowed. Point at one for both its values. What is allowed is each element’s own; the dashed line is the most at its size. ${equalWords(compared, parameter)}`}
          </Figure>
        )}
        <Figure
          live
          id="error-over-allowed"
          label={`Worst error of each epoch over what is allowed, gradient of ${parameter}, in both precisions`}
          spec={errors}
          columns={epochColumns}
          rows={epochRows(compared, parameter)}
        >
          Each epoch’s worst element as a share of what rounding allows it: both precisions have the same
          yardstick, and the dashed line is all of it. An epoch without a difference is left out.
        </Figure>
      </div>
    </>
  );
};
