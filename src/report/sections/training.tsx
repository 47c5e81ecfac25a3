import type { VNode } from 'preact';
import type { TrainResult } from '../../results/train.ts';
import { Figure } from '../components/figure.tsx';
import { Section } from '../components/section.tsx';
import { lossPlot } from '../figures/loss.ts';
import { counted, percent, size } from '../format.ts';

const title = ({ losses }: TrainResult): string => {
  const first = losses[0];
  const last = losses.at(-1);
  if (first === undefined || last === undefined) return 'Training ended before its first epoch was through';
  if (losses.length === 1) return `After one epoch the loss is ${size(first)}`;
  return `The loss ${last < first ? 'falls' : 'does not fall: it goes'} from ${size(first)} to ${size(last)} in ${counted(losses.length, 'epoch')}`;
};

/** How did training go? The notebook's first figure. */
export const Training = ({ train }: { train: TrainResult }): VNode => (
  <Section id="training" question="How did training go?" title={title(train)}>
    {train.losses.length === 0 ? (
      <p>There is no loss to show: only a whole epoch has one.</p>
    ) : (
      <Figure
        id="loss"
        label={`Loss vs. Epochs: ${title(train)}`}
        spec={lossPlot(train)}
        columns={[{ label: 'Epoch' }, { label: 'Binary Cross-Entropy Loss' }]}
        rows={train.losses.map((loss, at) => [at + 1, loss])}
      >
        {`The loss that the notebook logs, averaged over the ${counted(train.data.trainCount, 'sample')} of each epoch. At the end ${percent(train.train.accuracy)} of them are read right.`}
      </Figure>
    )}
  </Section>
);
