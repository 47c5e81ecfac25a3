import type { VNode } from 'preact';
import type { TrainResult } from '../../results/train.ts';
import { Figure } from '../components/figure.tsx';
import { Section } from '../components/section.tsx';
import { activePlot } from '../figures/active.ts';
import { reluFinding, saturationFinding } from '../findings.ts';
import { percent } from '../format.ts';

const Advice = ({ train: { config, diagnosis } }: { train: TrainResult }): VNode => (
  <div class="advice">
    <p>
      {diagnosis.deadReluSince === null
        ? 'The ReLUs are open, but every training image falls on the same side of the threshold, so the network tells nothing apart. '
        : 'No pre-activation of any training image is above 0 any more, so the gradients of kernel and weight are 0 for good and only the bias still moves. '}
      The gradient is not wrong: the start or the step was. What to do:
    </p>
    <ul>
      <li>
        another start: <code>{`--seed ${config.seed + 1}`}</code>
      </li>
      <li>
        a smaller step: <code>{`--learning-rate ${Number((config.learningRate / 10).toPrecision(3))}`}</code>
      </li>
    </ul>
  </div>
);

/** Are the ReLUs dead, is the loss saturated, and what to do about it? */
export const Diagnosis = ({ train }: { train: TrainResult }): VNode => {
  const { activeFraction, deadReluSince, stalledSince } = train.diagnosis;
  return (
    <Section id="relu" question="Are the ReLUs dead?" finding={reluFinding(train)}>
      {(deadReluSince !== null || stalledSince !== null) && <Advice train={train} />}
      {activeFraction.length > 0 && (
        <Figure
          id="open-relus"
          label={`Share of open ReLUs by epoch: ${reluFinding(train).sentence}`}
          spec={activePlot(train)}
          columns={[{ label: 'Epoch' }, { label: 'Share of pre-activations above 0' }]}
          rows={activeFraction.map((share, at) => [at + 1, percent(share)])}
        >
          Over all positions of all training images, after each epoch.
        </Figure>
      )}
      <h3 id="saturation">{saturationFinding(train).sentence}</h3>
      <p>
        A step counts as saturated when the gradient of the logged loss is less than half of the exact one,
        beyond a logit of about 16 on the wrong side. The hand-written gradient is the exact one and keeps
        teaching there.
      </p>
    </Section>
  );
};
