import type { VNode } from 'preact';
import type { TrainResult } from '../../results/train.ts';
import { Section } from '../components/section.tsx';
import { accuracyFinding, baseline } from '../findings.ts';
import { count, percent } from '../format.ts';

const Cell = ({ value, right, note }: { value: number; right: boolean; note: string }): VNode => (
  <td class={right ? 'confusion__right' : 'confusion__wrong'}>
    <b>{count(value)}</b>
    <span>{note}</span>
  </td>
);

const Confusion = ({ train: { config, test } }: { train: TrainResult }): VNode => {
  const [[trueNegative, falsePositive], [falseNegative, truePositive]] = test.confusion;
  return (
    <table class="confusion">
      <caption>Confusion matrix of the test images, threshold 0.5</caption>
      <thead>
        <tr>
          <th scope="col">truth</th>
          <th scope="col">{`read as ${config.negative}`}</th>
          <th scope="col">{`read as ${config.positive}`}</th>
        </tr>
      </thead>
      <tbody>
        <tr>
          <th scope="row">{`is ${config.negative}`}</th>
          <Cell value={trueNegative} right note="right" />
          <Cell value={falsePositive} right={false} note="wrong" />
        </tr>
        <tr>
          <th scope="row">{`is ${config.positive}`}</th>
          <Cell value={falseNegative} right={false} note="wrong" />
          <Cell value={truePositive} right note="right" />
        </tr>
      </tbody>
    </table>
  );
};

/** Does it read digits that it has not seen? */
export const Test = ({ train }: { train: TrainResult }): VNode => {
  const { accuracy, auc, count: images } = train.test;
  return (
    <Section id="test" question="Does it read digits that it has not seen?" finding={accuracyFinding(train)}>
      <div class="row">
        <dl class="figures">
          <div>
            <dt>Training accuracy</dt>
            <dd>{percent(train.train.accuracy)}</dd>
          </div>
          <div>
            <dt>Test accuracy</dt>
            <dd>{accuracy === null ? 'no test images' : percent(accuracy)}</dd>
          </div>
          <div>
            <dt>Area under the ROC curve</dt>
            <dd>{auc === null ? 'not defined' : auc.toFixed(4)}</dd>
          </div>
          {images > 0 && (
            <div>
              <dt>Always the same answer would get</dt>
              <dd>{percent(baseline(train))}</dd>
            </div>
          )}
        </dl>
        {images > 0 && <Confusion train={train} />}
      </div>
    </Section>
  );
};
