import type { VNode } from 'preact';
import type { Precision } from '../../../numerics/ieee.ts';
import { type HopName, hopNames } from '../../../results/hopNames.ts';
import { firstWrong } from '../../findings.ts';
import { shareOfAllowed } from '../../parts/format.ts';
import { Status } from '../../parts/status.tsx';

/** The formula of each hop, and the layer whose backward pass computes it. */
const texts = {
  dLogit: { from: 'the loss', formula: 'p − y', note: 'and dBias, which is the same' },
  dWeight: { from: 'the dense layer', formula: 'dLogit · flatOut', note: 'one for each place of the map' },
  dRelu: { from: 'the ReLU', formula: 'dLogit · weight where convOut > 0', note: '' },
  dKernel: { from: 'the convolution', formula: 'Σ image window · dRelu', note: 'summed over all places' },
} as const satisfies Record<HopName, { from: string; formula: string; note: string }>;

/** One side's errors along the chain, as shares of the allowed error. */
export interface HopShares {
  readonly precision: Precision;
  readonly over: (name: HopName) => number;
  readonly maskDisagreements: number;
}

const Bar = ({ precision, share }: { precision: Precision; share: number }): VNode => (
  <div class="hop__share">
    <span>{precision}</span>
    <span class={share > 1 ? 'over' : undefined}>{shareOfAllowed(share)}</span>
    <span class="hop__track" aria-hidden="true">
      <span
        class={share > 1 ? 'hop__bar hop__bar--over' : 'hop__bar'}
        style={{ width: `${Math.min(100, 100 * share).toFixed(1)}%` }}
      />
    </span>
  </div>
);

/** The backward pass as a chain, each hop with its error as a share of the allowed one. */
export const Hops = ({ shares, places }: { shares: readonly HopShares[]; places: number }): VNode => {
  const first = shares
    .map(({ over }) => firstWrong(over))
    .reduce<number>(
      (least, name) => (name ? Math.min(least, hopNames.indexOf(name)) : least),
      hopNames.length,
    );
  return (
    <ol class="chain">
      {hopNames.map((name, at) => {
        const { from, formula, note } = texts[name];
        const isWrong = shares.some(({ over }) => over(name) > 1);
        const masks = Math.max(...shares.map(({ maskDisagreements }) => maskDisagreements));
        return (
          <li class={isWrong ? 'hop hop--wrong' : 'hop'}>
            <span class="hop__from">{from}</span>
            <span class="hop__top">
              <code>{name}</code>
              {isWrong ? (
                <Status status="fail" word={at === first ? 'Wrong first here' : 'Wrong'} />
              ) : (
                <Status status="pass" word="Right" />
              )}
            </span>
            <span class="hop__formula">
              {formula}
              <br />
              <span class="aside">
                {name === 'dRelu' ? `mask differs at ${masks} of ${places} places` : note}
              </span>
            </span>
            {shares.map(({ precision, over }) => (
              <Bar precision={precision} share={over(name)} />
            ))}
          </li>
        );
      })}
    </ol>
  );
};
