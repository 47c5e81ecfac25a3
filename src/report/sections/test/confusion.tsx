import type { VNode } from 'preact';
import type { TrainResult } from '../../../results/train.ts';
import { count } from '../../parts/format.ts';

const Cell = ({ value, right, note }: { value: number; right: boolean; note: string }): VNode => (
  <td class={right ? 'confusion__right' : 'confusion__wrong'}>
    <b>{count(value)}</b>
    <span>{note}</span>
  </td>
);

/** The confusion matrix: how many images of each digit are read as which. */
export const Confusion = (props: {
  confusion: TrainResult['test']['confusion'];
  config: Pick<TrainResult['config'], 'positive' | 'negative'>;
  caption: string;
}): VNode => {
  const { config, caption, confusion } = props;
  const [[trueNegative, falsePositive], [falseNegative, truePositive]] = confusion;
  return (
    <table class="confusion">
      <caption>{caption}</caption>
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
