import type { VNode } from 'preact';
import type { TrainResult } from '../../results/train.ts';
import { Island } from '../components/island.tsx';
import { Section } from '../components/section.tsx';
import { reluFinding } from '../findings.ts';
import { count, counted } from '../format.ts';

/** Runs with more images do not carry them. */
const MOST_IMAGES = 2000;

/** What if it had started elsewhere, gone in other steps, or had a mistake? */
export const Live = ({ train }: { train: TrainResult }): VNode => {
  const { config, data, images } = train;
  const steps = config.epochs * data.trainCount;
  return (
    <Section
      id="live"
      question="What if?"
      title={
        images
          ? `Another seed, step or mistake: ${counted(steps, 'step')} train again in this page`
          : 'This run cannot be trained again in the page'
      }
    >
      {images ? (
        <>
          <p class="lead">
            {`The fused kernel, which is in this page as WebAssembly, trains on the run’s ${counted(images.train.count, 'image')}, and is tested on its ${counted(images.test.count, 'test image')}. `}
            A mistake out of the self-test can be planted into the backward pass: many of them still bring the
            loss down.
            {config.loss === 'logged' &&
              ' This run was trained by the gradient of the logged loss; here training goes by that of the logits loss.'}
          </p>
          <p class="noscript">This part trains in the page, which needs scripts.</p>
          <div class="needs-scripts">
            <Island name="live" props={{ relu: reluFinding(train).sentence }} />
          </div>
        </>
      ) : (
        <p>{`It has more than ${count(MOST_IMAGES)} images, which a page does not carry.`}</p>
      )}
    </Section>
  );
};
