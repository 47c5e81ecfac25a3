import type { VNode } from 'preact';
import { useContext } from 'preact/hooks';
import { concentration } from '../../../notebook/inference/look.ts';
import type { Run } from '../../../notebook/inference/run.ts';
import { count, counted } from '../../parts/format.ts';
import { Island } from '../../parts/island.tsx';
import { Section } from '../../parts/section.tsx';
import { PageContext } from '../../state.ts';

const title = ({ images, frames }: Run): string => {
  const { parameters } = frames.at(-1)!;
  const samples = images && (images.test.count > 0 ? images.test : images.train);
  const places = parameters.weight.length;
  if (!samples || samples.count === 0) return `It looks at ${count(places)} places and weighs each`;
  const { half, silent } = concentration(parameters, samples);
  if (silent > samples.count / 2)
    return `On ${count(silent)} of ${counted(samples.count, 'image')} no place says anything: only the bias decides`;
  return `Half of what decides comes from ${count(half)} of the ${count(places)} places that it looks at`;
};

/** The section "what does it see?": one image, map by map and number by number. */
export const Sees = (): VNode | null => {
  const state = useContext(PageContext);
  if (!state) return null;
  const { images, config, predictions } = state.run;
  return (
    <Section id="sees" question="What does it see?" title={title(state.run)}>
      <p>
        {`The kernel slides over the image, the ReLU keeps what is above 0, each place has its weight. The result speaks for ${config.positive} (red) or for ${config.negative} (blue); with the bias it adds up to the logit.`}
      </p>
      {!images && (
        <p>
          {`The run has more images than a page can carry, ${count(2 * config.perClass)} for training and ${count(predictions.length)} for testing: only what you draw is shown here.`}
        </p>
      )}
      <Island name="sees" props={{}} />
    </Section>
  );
};
