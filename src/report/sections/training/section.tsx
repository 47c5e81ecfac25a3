import type { VNode } from 'preact';
import type { TrainResult } from '../../../results/train.ts';
import { percent } from '../../../system/text.ts';
import { Figure } from '../../parts/figure.tsx';
import { counted, size } from '../../parts/format.ts';
import { Island } from '../../parts/island.tsx';
import { Section } from '../../parts/section.tsx';
import { accuracyPlot } from './accuracy.ts';
import { lossPlot } from './loss.ts';

const title = ({ losses }: TrainResult): string => {
  const first = losses[0];
  const last = losses.at(-1);
  if (first === undefined || last === undefined) return 'Training ended before its first epoch was finished';
  if (losses.length === 1) return `After one epoch the loss is ${size(first)}`;
  return `The loss ${last < first ? 'falls' : 'does not fall: it goes'} from ${size(first)} to ${size(last)} in ${counted(losses.length, 'epoch')}`;
};

const share = (value: number | null): string => (value === null ? '' : percent(value));

/**
 * The epoch since which as many training images as at the end were read right, among the epochs with a stored network.
 */
const accuracySentence = ({ checkpoints, test }: TrainResult): string => {
  const last = checkpoints.at(-1)?.trainAccuracy ?? null;
  const before = checkpoints.findLastIndex(({ trainAccuracy }) => trainAccuracy !== last);
  const since = checkpoints[before + 1]?.epoch;
  if (last === null || since === undefined) return '';
  const when =
    before < 0
      ? 'from the start'
      : since === checkpoints.at(-1)?.epoch
        ? 'at the end'
        : `since epoch ${since}`;
  const seen = `${percent(last)} of the training images are read right ${when}`;
  return test.accuracy === null
    ? `${seen}; there are no test images.`
    : `${seen}, of ${counted(test.count, 'test image')} ${percent(test.accuracy)} at the end.`;
};

/** How did training go? The notebook's first figure, and the accuracy beside it. */
export const Training = ({ train }: { train: TrainResult }): VNode => (
  <Section id="training" question="How did training go?" title={title(train)}>
    {train.losses.length === 0 ? (
      <p>There is no loss to show: only a whole epoch has one.</p>
    ) : (
      <>
        <Island name="training" props={{}} />
        <div class="row">
          <Figure
            id="loss"
            label={`Loss vs. Epochs: ${title(train)}`}
            spec={lossPlot(train)}
            columns={[{ label: 'Epoch' }, { label: 'Binary Cross-Entropy Loss' }]}
            rows={train.losses.map((loss, at) => [at + 1, loss])}
          >
            {`The loss that the notebook logs, averaged over the ${counted(train.data.trainCount, 'sample')} of each epoch.`}
          </Figure>
          <Figure
            id="accuracy"
            label="Share of training and test images that are read right, by epoch"
            spec={accuracyPlot(train)}
            columns={[{ label: 'Epoch' }, { label: 'Training images' }, { label: 'Test images' }]}
            rows={train.checkpoints.map(({ epoch, trainAccuracy, testAccuracy }) => [
              epoch === 0 ? 'start' : epoch,
              share(trainAccuracy),
              share(testAccuracy),
            ])}
          >
            {accuracySentence(train)}
          </Figure>
        </div>
      </>
    )}
  </Section>
);
