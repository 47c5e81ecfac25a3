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

/** The columns for one parameter of a pair. */
export const agreementColumns: readonly Column[] = [
  { label: 'Max abs' },
  { label: 'Max rel' },
  { label: 'Min cosine' },
  { label: 'Max ULP' },
  { label: 'Over allowed' },
  { label: 'Worst element', text: true },
];

const lossNames = { logits: 'exact loss on the logit', logged: 'logged loss, with its 1e-7' } as const;

/** A share of what is allowed, marked where it is more than all. */
export const Share = ({ value }: { value: number }): VNode => (
  <span class={value > 1 ? 'over' : undefined}>
    {value === Number.MAX_VALUE ? shareOfAllowed(value) : `${size(value)}${value > 1 ? ' (too much)' : ''}`}
  </span>
);

export const agreementCells = (pair: Pair, name: ParameterName): ComponentChildren[] => {
  const { maxAbs, maxRel, minCosine, maxUlp, maxOverAllowed, worst } = pair.parameters[name];
  return [
    size(maxAbs),
    size(maxRel),
    minCosine === null ? 'zero' : exact(Number(minCosine.toPrecision(10))),
    size(maxUlp),
    <Share value={maxOverAllowed} />,
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
      columns={[{ label: 'Gradient of' }, { label: 'Steps' }, ...agreementColumns]}
      rows={parameterNames.map((name) => [
        name,
        count(pair.parameters[name].steps),
        ...agreementCells(pair, name),
      ])}
    />
  </div>
);
