import type { VNode } from 'preact';
import type { Look } from '../../notebook/inference/look.ts';
import { shares } from '../../notebook/inference/look.ts';
import { usePage } from '../state.ts';
import { digitNamed, likely } from './digits.ts';

/** The two probabilities, in words and as a bar whose colours meet to the left or right of the threshold's mark. */
export const Probability = ({ prediction }: { prediction: number }): VNode => {
  const { run, threshold } = usePage();
  const { positive, negative } = run.config;
  const read = prediction > threshold.value ? positive : negative;
  return (
    <div class="probability">
      <p class="probability__words">
        {'Reads as '}
        <b>{digitNamed(read)}</b>
        {`: ${likely(prediction)} for ${positive}, ${likely(1 - prediction)} for ${negative}`}
      </p>
      <div class="probability__row" aria-hidden="true">
        <span>{negative}</span>
        <svg viewBox="0 0 100 8" preserveAspectRatio="none" class="probability__bar" aria-hidden="true">
          <rect width={100} height={8} class="probability__positive" />
          <rect width={100 * (1 - prediction)} height={8} class="probability__negative" />
          <line
            x1={100 * (1 - threshold.value)}
            x2={100 * (1 - threshold.value)}
            y1={0}
            y2={8}
            class="probability__threshold"
            vector-effect="non-scaling-stroke"
          />
        </svg>
        <span>{positive}</span>
      </div>
    </div>
  );
};

const fixed = (value: number): string => (Math.abs(value) < 1e4 ? value.toFixed(3) : value.toExponential(2));
const places = (count: number): string => `${count} place${count === 1 ? '' : 's'}`;

/** bias + contributions = logit, and the probability for that logit. */
export const Sum = ({ seen, bias }: { seen: Look; bias: number }): VNode => {
  const { config } = usePage().run;
  const { positive, negative } = shares(seen.contributions);
  const terms: [string, string, string][] = [
    ['', fixed(bias), 'bias'],
    ['+', fixed(positive.sum), `for ${config.positive}, ${places(positive.places)}`],
    ['−', fixed(-negative.sum), `for ${config.negative}, ${places(negative.places)}`],
    ['=', fixed(seen.logit), 'logit'],
    ['→', likely(seen.prediction), `probability of ${config.positive}`],
  ];
  return (
    <ul class="sum" aria-label="The sum that makes the logit">
      {terms.map(([sign, value, name]) => (
        <li>
          <b>{`${sign} ${value}`}</b>
          <span>{name}</span>
        </li>
      ))}
    </ul>
  );
};
