import type { ComponentChildren, VNode } from 'preact';
import type { Pair, Verdict } from '../../results/compare.ts';
import { type ParameterName, parameterNames } from '../../results/parameterNames.ts';
import { type Finding, pairName } from '../findings.ts';
import { count, element, exact, shareOfAllowed, size } from './format.ts';
import { Status } from './status.tsx';
import { type Column, Table } from './table.tsx';

const verdicts = {
  pass: { status: 'pass', word: 'Right' },
  fail: { status: 'fail', word: 'Wrong' },
  inconclusive: { status: 'warn', word: 'Cannot tell' },
} satisfies Record<Verdict, Omit<Finding, 'sentence'>>;

/** One parameter of a pair: the columns that decide the verdict. */
export const judgedColumns: readonly Column[] = [
  { label: 'Verdict', text: true },
  { label: 'Over allowed' },
  { label: 'Max abs' },
];

/**
 * The worst place, and measures that do not decide: for a tiny gradient next to large terms they are large, which means
 * nothing.
 */
const otherColumns: readonly Column[] = [
  { label: 'Worst element', text: true },
  { label: 'Max rel' },
  { label: 'Min cosine' },
  { label: 'Max ULP' },
];

const lossNames = { logits: 'exact loss on the logit', logged: 'logged loss, with its 1e-7' } as const;

/** A share of the allowed error, marked if it exceeds 1. */
export const Share = ({ value }: { value: number }): VNode => (
  <span class={value > 1 ? 'over' : undefined}>
    {value === Number.MAX_VALUE ? shareOfAllowed(value) : `${size(value)}${value > 1 ? ' (too much)' : ''}`}
  </span>
);

export const judgedCells = (pair: Pair, name: ParameterName): ComponentChildren[] => {
  const { steps, failedSteps, maxAbs, maxOverAllowed } = pair.parameters[name];
  // For steps that exceeded the allowed error, the pair says what that means: a mistake, or another loss.
  const verdict = steps === 0 ? 'inconclusive' : failedSteps > 0 ? pair.verdict : 'pass';
  return [<Status {...verdicts[verdict]} />, <Share value={maxOverAllowed} />, size(maxAbs)];
};

const otherCells = (pair: Pair, name: ParameterName): ComponentChildren[] => {
  const { maxRel, minCosine, maxUlp, worst } = pair.parameters[name];
  return [
    worst ? (
      <span class="worst">
        <code>{element(name, worst.index)}</code> {`epoch ${worst.epoch}, sample ${worst.sample}`}
        <br />
        <span class="values">
          {pair.left} <code>{exact(worst.left, pair.precision)}</code>
          <br />
          {pair.right} <code>{exact(worst.right, pair.precision)}</code>
        </span>
      </span>
    ) : (
      'no step'
    ),
    size(maxRel),
    minCosine === null ? 'zero' : exact(Number(minCosine.toPrecision(10))),
    size(maxUlp),
  ];
};

/** Two sides over a whole run, parameter by parameter. */
export const PairTable = ({ pair }: { pair: Pair }): VNode => (
  <div class="pair">
    <h3>
      {pairName(pair)} <span class="aside">{`${pair.precision}, ${lossNames[pair.loss]}`}</span>
      <Status {...verdicts[pair.verdict]} />
    </h3>
    <Table
      stacked
      caption="Largest difference over all steps, by parameter"
      columns={[{ label: 'Gradient of' }, { label: 'Steps' }, ...judgedColumns, ...otherColumns]}
      rows={parameterNames.map((name) => [
        name,
        count(pair.parameters[name].steps),
        ...judgedCells(pair, name),
        ...otherCells(pair, name),
      ])}
    />
  </div>
);
