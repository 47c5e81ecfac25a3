import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import { loggedFactor } from '../../../notebook/engines/loggedLoss.ts';
import { EpochSlider } from '../../parts/epochSlider.tsx';
import { Figure } from '../../parts/figure.tsx';
import { count, size } from '../../parts/format.ts';
import { Readout } from '../../parts/readout.tsx';
import { usePage } from '../../state.ts';
import { binEdge, saturationPlot } from './figure.ts';

/** Below this logit the logged loss keeps about half of the gradient or less; rounded to the edge of a bin. */
const WRONG_BY = -16;

const factor = (logit: number): string => size(loggedFactor(1 / (1 + Math.exp(-logit))));

/** The gradient of the logged loss at each logit, and the logits of the steps of the page's epoch. */
export const SaturationIsland = (): VNode => {
  const { run, frame } = usePage();
  const now = run.frames[frame.value]!;
  const spec = useMemo(() => saturationPlot(run, now), [now]);
  const bins = (now.logitCounts ?? [])
    .map((steps, bin) => ({ steps, from: binEdge(run, bin), to: binEdge(run, bin + 1) }))
    .filter(({ steps }) => steps > 0);
  const wrong = bins.reduce((sum, { steps, to }) => sum + (to <= WRONG_BY ? steps : 0), 0);
  const lowest = bins[0];
  const label = `Gradient of the logged loss over the exact one, by the logit, and the logits of epoch ${now.epoch}`;
  return (
    <>
      <EpochSlider id="saturation-epoch" />
      <Readout
        values={{
          'Steps of the epoch': count(bins.reduce((sum, { steps }) => sum + steps, 0)),
          [`With a logit below ${WRONG_BY}`]: count(wrong),
          'Lowest logit': lowest ? `${lowest.from} to ${lowest.to}` : 'none yet',
        }}
      />
      <Figure
        live
        id="saturation-plot"
        label={label}
        spec={spec}
        columns={[
          { label: 'Logit from' },
          { label: 'to' },
          { label: 'Steps' },
          { label: 'Share taught at the lower end' },
        ]}
        rows={bins.map(({ steps, from, to }) => [from, to, steps, factor(from)])}
      >
        Above: the gradient of the logged loss over the exact one, q / (q + 1e-7), where q is the probability
        of the right answer. Below: the logits of the epoch’s steps on a logarithmic axis, counted towards
        their own label, so that what lies left of 0 was read wrong; the outermost bars hold what lies beyond.
      </Figure>
    </>
  );
};
