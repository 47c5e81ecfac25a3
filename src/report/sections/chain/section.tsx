import type { VNode } from 'preact';
import { outputSide } from '../../../notebook/model/parameters.ts';
import type { Chain as ChainResult } from '../../../results/chain.ts';
import type { CompareResult } from '../../../results/compare.ts';
import { type HopName, hopNames } from '../../../results/hopNames.ts';
import type { PlantedMistake, SelfTestResult, Trial } from '../../../results/selfTest.ts';
import { chainFinding, firstWrong } from '../../findings.ts';
import { Fold } from '../../parts/fold.tsx';
import { counted, listed } from '../../parts/format.ts';
import { Island } from '../../parts/island.tsx';
import { Share } from '../../parts/pair.tsx';
import { Section } from '../../parts/section.tsx';
import { Table } from '../../parts/table.tsx';
import { stepsOf } from './steps.ts';

/**
 * The hop at which a mistake of the network shows first: from the chains, otherwise from the gradients that it got
 * wrong.
 */
const hopOf = ({ name, layer, wrong }: PlantedMistake, chains: readonly ChainResult[]): HopName | null => {
  if (!layer.startsWith('network')) return null;
  const seen = chains.flatMap(({ planted }) => {
    const found = planted.find((mistake) => mistake.name === name);
    return found ? (firstWrong((hop) => found.maxOverAllowed[hop]) ?? []) : [];
  });
  const byGradient = { bias: 'dLogit', weight: 'dWeight', kernel: 'dKernel' } as const;
  const wrongHops = [
    ...seen,
    ...(['bias', 'weight', 'kernel'] as const).flatMap((input) =>
      seen.length === 0 && wrong.includes(input) ? [byGradient[input]] : [],
    ),
  ];
  return hopNames.find((hop) => wrongHops.includes(hop)) ?? null;
};

interface Group {
  readonly place: string;
  readonly mistakes: readonly PlantedMistake[];
}

/** Groups the mistakes by the place where they show first: along the chain, then those of other layers. */
function grouped({ mistakes }: SelfTestResult, chains: readonly ChainResult[]): Group[] {
  const placed = mistakes.map((mistake) => ({ mistake, hop: hopOf(mistake, chains) }));
  const those = (place: string, isThere: (one: (typeof placed)[number]) => boolean): Group => ({
    place,
    mistakes: placed.filter(isThere).map(({ mistake }) => mistake),
  });
  const isOfNetwork = ({ mistake }: (typeof placed)[number]) => mistake.layer.startsWith('network');
  return [
    ...hopNames.map((hop) => those(hop, (one) => one.hop === hop)),
    those('its shape', (one) => isOfNetwork(one) && one.hop === null),
    those('other layers', (one) => !isOfNetwork(one)),
  ].filter((group) => group.mistakes.length > 0);
}

const Planted = ({ selfTest, chains }: { selfTest: Trial; chains: readonly ChainResult[] }): VNode => {
  const groups = grouped(selfTest, chains);
  return (
    <Fold summary="Where planted mistakes sit, and what caught them" open={selfTest.verdict !== 'pass'}>
      <p id="self-test">
        Before it is believed, the checker is tested: mistakes that people make are planted into the backward
        pass and into other layers, one at a time, and {counted(selfTest.checks, 'right twin')} must pass
        {selfTest.falseAlarms === 0
          ? ': none was called wrong.'
          : `: ${counted(selfTest.falseAlarms, 'false alarm')}.`}
        {selfTest.from === 'cache' &&
          selfTest.ranAt !== null &&
          ` This build was tested on ${selfTest.ranAt.slice(0, 10)}; nothing that the test tests has changed since.`}
      </p>
      <Table
        stacked
        caption="Planted mistakes, by the first hop that each makes wrong"
        columns={[{ label: 'Goes wrong at' }, { label: 'Caught' }, { label: 'Mistakes', text: true }]}
        rows={groups.map(({ place, mistakes }) => [
          place,
          `${mistakes.filter(({ caught }) => caught).length} of ${mistakes.length}`,
          listed([...new Set(mistakes.map(({ name }) => name))]),
        ])}
      />
      <Fold data summary={`All ${selfTest.mistakes.length} planted mistakes, and what caught each`}>
        <Table
          caption="Planted mistakes, and what caught them"
          stacked
          columns={[
            { label: 'Mistake' },
            { label: 'Goes wrong at', text: true },
            { label: 'Layer', text: true },
            { label: 'In place of what is right', text: true },
            { label: 'Caught by', text: true },
            { label: 'Worst element', text: true },
            { label: 'Looks like', text: true },
          ]}
          rows={groups.flatMap(({ place, mistakes }) =>
            mistakes.map(({ name, layer, what, by, worst, looksLike }) => [
              name,
              place,
              layer,
              what,
              by,
              worst ?? '',
              looksLike ?? '',
            ]),
          )}
        />
      </Fold>
    </Fold>
  );
};

/** Every step with its shares, for readers without scripts and for comparing steps. */
const AllSteps = ({ steps }: { steps: readonly ChainResult[][] }): VNode => (
  <Fold data summary={`All ${counted(steps.length, 'step')}, hop by hop`}>
    <Table
      caption="Share of what is allowed at each hop"
      columns={[
        { label: 'Epoch, sample' },
        { label: 'Chosen as', text: true },
        { label: 'Logit' },
        { label: 'Precision', text: true },
        ...hopNames.map((label) => ({ label })),
        { label: 'Mask differs' },
      ]}
      rows={steps.flatMap((step) =>
        step.map(({ epoch, sample, reason, logit, precision, hops, maskDisagreements }) => [
          `${epoch}, ${sample}`,
          reason,
          logit.toFixed(2),
          precision,
          ...hopNames.map((name) => <Share value={hops[name].maxOverAllowed} />),
          maskDisagreements,
        ]),
      )}
    />
  </Fold>
);

/** Index of the step whose error is the largest share of the allowed one. */
const nearest = (steps: readonly ChainResult[][]): number => {
  const furthest = steps.map((step) =>
    Math.max(...step.flatMap(({ hops }) => hopNames.map((name) => hops[name].maxOverAllowed))),
  );
  return furthest.indexOf(Math.max(...furthest));
};

/** Where would a bug sit? The backward pass hop by hop, and the mistakes planted in it. */
export const Chain = ({ compare }: { compare: CompareResult }): VNode => {
  const { chain, selfTest, config } = compare;
  const steps = stepsOf(chain);
  return (
    <Section id="chain" question="Where would a bug sit?" finding={chainFinding(compare)}>
      <p class="lead">
        A mistake spoils the hop where it sits and what is computed from it. At{' '}
        {counted(steps.length, 'step')} of the run the backward pass was followed from the logit to the kernel
        and held, hop by hop, against plain loops in double precision at the same parameters: the bars show
        how much of what rounding allows is used. Plant a mistake to see where it would show.
      </p>
      {steps.length > 0 ? (
        <>
          <Island
            name="chain"
            props={{ chains: chain, first: nearest(steps), places: outputSide(config.kernelSize) ** 2 }}
          />
          <AllSteps steps={steps} />
        </>
      ) : (
        <p>No step was followed: this comparison was stopped before.</p>
      )}
      {selfTest && <Planted selfTest={selfTest} chains={chain} />}
    </Section>
  );
};
