import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Chain } from '../../../results/chain.ts';
import { type HopName, hopNames } from '../../../results/hopNames.ts';
import { firstWrong } from '../../findings.ts';
import { Select } from '../../parts/choice.tsx';
import { Fold } from '../../parts/fold.tsx';
import { exact, listed, size } from '../../parts/format.ts';
import { Table } from '../../parts/table.tsx';
import { Hops } from './hops.tsx';
import { stepsOf } from './steps.ts';

const stepName = ({ epoch, sample, reason, logit, label }: Chain): string =>
  `epoch ${epoch}, sample ${sample}: ${reason}, label ${label}, logit ${logit.toFixed(1)}`;

/** The share of the allowed error by hop, unchanged or with a planted mistake. */
type Shares = (name: HopName) => number;
const sharesOf = (chain: Chain, mistake: string | null): { over: Shares; maskDisagreements: number } => {
  const planted = chain.planted.find(({ name }) => name === mistake);
  if (planted)
    return { over: (name) => planted.maxOverAllowed[name], maskDisagreements: planted.maskDisagreements };
  return { over: (name) => chain.hops[name].maxOverAllowed, maskDisagreements: chain.maskDisagreements };
};

/** Describes the step in a sentence. */
const sentence = (step: readonly Chain[], mistake: string | null): string => {
  const found = step.map((chain) => ({
    precision: chain.precision,
    hop: firstWrong(sharesOf(chain, mistake).over),
  }));
  const seen = found.filter(({ hop }) => hop !== undefined);
  const hop = seen[0]?.hop;
  if (hop === undefined)
    return mistake === null
      ? 'Every hop is within what rounding allows.'
      : 'At this step the mistake changes nothing beyond rounding: another step shows it.';
  const unseen = found.filter((one) => one.hop === undefined).map(({ precision }) => precision);
  const after = hopNames.filter(
    (name) => name !== hop && step.some((chain) => sharesOf(chain, mistake).over(name) > 1),
  );
  return `It goes wrong at ${hop}${after.length > 0 ? `, then at ${listed(after)}` : ', and nowhere after it'}${
    unseen.length > 0 ? `; in ${listed(unseen)} the error is too small to tell` : ''
  }.`;
};

const Elements = ({ step }: { step: readonly Chain[] }): VNode => (
  <Table
    stacked
    caption="The backward pass as it is, hop by hop: the element that is nearest to what is allowed"
    columns={[
      { label: 'Hop' },
      { label: 'Precision', text: true },
      { label: 'Max abs' },
      { label: 'Over allowed' },
      { label: 'Worst element', text: true },
      { label: 'Manual' },
      { label: 'Reference' },
      { label: 'Allowed' },
    ]}
    rows={hopNames.flatMap((name) =>
      step.map(({ precision, hops }) => {
        const { maxAbs, maxOverAllowed, worst } = hops[name];
        return [
          name,
          precision,
          size(maxAbs),
          size(maxOverAllowed),
          name === 'dLogit' ? ['dLogit', 'dBias'][worst.index[0] ?? 0] : worst.index.join(', '),
          exact(worst.manual, precision),
          exact(worst.reference),
          size(worst.allowed),
        ];
      }),
    )}
  />
);

/** One step's backward pass hop by hop, unchanged or with a planted mistake. */
export const ChainIsland = (props: {
  chains: readonly Chain[];
  /** Index of the step shown first. */
  first: number;
  /** Number of places in the feature map. */
  places: number;
}): VNode => {
  const { chains, first, places } = props;
  const steps = stepsOf(chains);
  const [at, chooseStep] = useState(first);
  const [planted, choosePlanted] = useState(0);
  const step = steps[at]!;
  const mistakes = step[0]!.planted;
  const mistake = planted === 0 ? null : mistakes[planted - 1]!;
  return (
    <>
      <div class="selects">
        <Select
          id="chain-step"
          label="Step"
          options={steps.map(([one]) => stepName(one!))}
          value={at}
          onChange={chooseStep}
        />
        <Select
          id="chain-planted"
          label="Backward pass"
          options={['as it is', ...mistakes.map(({ name, what }) => `planted: ${name} (${what})`)]}
          value={planted}
          onChange={choosePlanted}
        />
      </div>
      <p class="readout" role="status">
        <b>{stepName(step[0]!)}.</b>{' '}
        {mistake && (
          <>
            Planted: {mistake.name} ({mistake.what}).{' '}
          </>
        )}
        {sentence(step, mistake?.name ?? null)}
      </p>
      <Hops
        shares={step.map((chain) => ({
          precision: chain.precision,
          ...sharesOf(chain, mistake?.name ?? null),
        }))}
        places={places}
      />
      <Fold data summary="Data of this step">
        <Elements step={step} />
      </Fold>
    </>
  );
};
