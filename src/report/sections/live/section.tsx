import type { VNode } from 'preact';
import { backwardMistakes } from '../../../notebook/model/mistakes.ts';
import type { TrainResult } from '../../../results/train.ts';
import { percent } from '../../../system/text.ts';
import { reluFinding } from '../../findings.ts';
import { Fold } from '../../parts/fold.tsx';
import { count, counted, size } from '../../parts/format.ts';
import { Island } from '../../parts/island.tsx';
import { Section } from '../../parts/section.tsx';
import { Table } from '../../parts/table.tsx';
import { type EveryMistake, type Outcome, unnoticed } from './everyMistake.ts';

/** Runs with more images than this do not include them. */
const MOST_IMAGES = 2000;

const title = ({ config, data, images }: TrainResult, every: EveryMistake | null): string => {
  if (!images) return 'This run cannot be trained again in the page';
  const quiet = every && unnoticed(every);
  return every && quiet
    ? `${quiet.length} of ${counted(every.wrong.length, 'planted mistake')} train as well as the right gradient: a falling loss proves nothing`
    : `Another seed, step or mistake: ${counted(config.epochs * data.trainCount, 'step')} train again in this page`;
};

const cells = ({ losses, diverged, testAccuracy, trainAccuracy }: Outcome): string[] => {
  const last = losses.at(-1);
  return [
    diverged || last === undefined ? `diverged in epoch ${diverged?.epoch ?? 1}` : size(last),
    percent(trainAccuracy ?? 0),
    testAccuracy === null ? 'no images' : percent(testAccuracy),
  ];
};

/** The outcome of the run with each mistake. */
const Mistakes = ({ every, side }: { every: EveryMistake; side: number }): VNode => (
  <Fold data summary={`The run with each of ${counted(every.wrong.length, 'planted mistake')}`}>
    <Table
      stacked
      caption="The same run with a mistake in its backward pass"
      columns={[
        { label: 'Mistake' },
        { label: 'What', text: true },
        { label: 'Loss at the end', text: true },
        { label: 'Training accuracy' },
        { label: 'Test accuracy' },
      ]}
      rows={[
        ['none', 'the right gradient', ...cells(every.right)],
        ...every.wrong.map((one) => {
          const { name, what } = backwardMistakes[one.mistake];
          return [name, what(side), ...cells(one)];
        }),
      ]}
    />
  </Fold>
);

/** The section "what if": another start, other steps, or a mistake. */
export const Live = ({ train, every }: { train: TrainResult; every: EveryMistake | null }): VNode => {
  const { config, images } = train;
  return (
    <Section id="live" question="What if?" title={title(train, every)}>
      {images ? (
        <Fold summary="Train it again in this page, with other settings or a mistake">
          <p class="lead">
            {`The fused kernel, which is in this page as WebAssembly, trains on the run’s ${counted(images.train.count, 'image')}, and is tested on its ${counted(images.test.count, 'test image')}. `}
            A mistake out of the self-test can be planted into the backward pass: then plain loops train,
            those of the reference.
            {every &&
              unnoticed(every) &&
              ' The title counts those with which the accuracy is that of the right gradient, within a point, or better.'}
            {config.loss === 'logged' &&
              ' This run was trained by the gradient of the logged loss; here training goes by that of the logits loss.'}
          </p>
          <p class="noscript">This part trains in the page, which needs scripts.</p>
          <div class="needs-scripts">
            <Island name="live" props={{ relu: reluFinding(train).sentence }} />
          </div>
          {every && <Mistakes every={every} side={config.kernelSize} />}
        </Fold>
      ) : (
        <p>{`It has more than ${count(MOST_IMAGES)} images, which a page does not carry.`}</p>
      )}
    </Section>
  );
};
