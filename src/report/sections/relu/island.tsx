import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import { type PreActivationBins, relusOfFrame } from '../../../notebook/inference/relus.ts';
import { percent } from '../../../system/text.ts';
import { classNames } from '../../embeddedRun.ts';
import { EpochSlider } from '../../parts/epochSlider.tsx';
import { Figure } from '../../parts/figure.tsx';
import { Readout } from '../../parts/readout.tsx';
import { usePage } from '../../state.ts';
import { binStart, preActivationPlot } from './preActivations.ts';

/** The ReLUs after the page's epoch: how many are open, for which digit, and which are silent. */
export const ReluIsland = ({ bins }: { bins: PreActivationBins | null }): VNode => {
  const { run, frame } = usePage();
  const relus = run.images && bins && relusOfFrame(run.frames[frame.value]!, run.images.train, bins);
  const names = classNames(run.config);
  return (
    <>
      <EpochSlider id="relu-epoch" />
      {relus && (
        <Readout
          values={{
            [`Open for ${names[1]}`]: percent(relus.open[1]),
            [`Open for ${names[0]}`]: percent(relus.open[0]),
            [`Never open for ${names[1]}`]: `${relus.silent[1]} of ${relus.positions}`,
            [`Never open for ${names[0]}`]: `${relus.silent[0]} of ${relus.positions}`,
            'Never open at all': `${relus.dead} of ${relus.positions}`,
          }}
        />
      )}
    </>
  );
};

/** The histogram of the pre-activations after the page's epoch. */
export const PreActivationsIsland = ({ bins }: { bins: PreActivationBins }): VNode | null => {
  const { run, frame } = usePage();
  const now = run.frames[frame.value]!;
  const names = classNames(run.config);
  const relus = run.images && relusOfFrame(now, run.images.train, bins);
  const spec = useMemo(() => relus && preActivationPlot(relus, bins, names, now.epoch), [now]);
  if (!relus || !spec) return null;
  return (
    <Figure
      live
      id="pre-activations"
      label={`Pre-activations of all training images after epoch ${now.epoch}, by digit`}
      spec={spec}
      columns={[{ label: 'Above' }, { label: 'Up to' }, { label: names[0] }, { label: names[1] }]}
      rows={relus.counts[0].flatMap((count, bin) =>
        count + relus.counts[1][bin]! > 0
          ? [[binStart(bins, bin), binStart(bins, bin + 1), count, relus.counts[1][bin]!]]
          : [],
      )}
    >
      At each position of each training image, on a logarithmic axis. A ReLU hands on what is above 0 and
      stops the rest; a patch without ink gives exactly 0, which is closed.
    </Figure>
  );
};
