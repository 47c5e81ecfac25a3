import type { VNode } from 'preact';
import type { CompareResult, Pair, Verdict } from '../../results/compare.ts';
import { parameterNames } from '../../results/parameterNames.ts';
import { Section } from '../components/section.tsx';
import { Status } from '../components/status.tsx';
import { type Column, Table } from '../components/table.tsx';
import { type Finding, gradientFinding, pairName } from '../findings.ts';
import { count, element, exact, size } from '../format.ts';

const verdicts = {
  pass: { status: 'pass', word: 'Right' },
  fail: { status: 'fail', word: 'Wrong' },
  inconclusive: { status: 'warn', word: 'Cannot tell' },
} satisfies Record<Verdict, Omit<Finding, 'sentence'>>;

const columns: readonly Column[] = [
  { label: 'Gradient of', text: true },
  { label: 'Steps' },
  { label: 'Max abs' },
  { label: 'Max rel' },
  { label: 'Min cosine' },
  { label: 'Max ULP' },
  { label: 'Over allowed' },
  { label: 'Worst element', text: true },
];

const lossNames = { logits: 'exact loss on the logit', logged: 'logged loss, with its 1e-7' } as const;

const PairTable = ({ pair }: { pair: Pair }): VNode => (
  <div class="pair">
    <h3>
      {pairName(pair)} <span class="aside">{`${pair.precision}, ${lossNames[pair.loss]}`}</span>
      <Status {...verdicts[pair.verdict]} />
    </h3>
    <Table
      stacked
      caption="Largest difference over all steps, by parameter"
      columns={columns}
      rows={parameterNames.map((name) => {
        const { steps, maxAbs, maxRel, minCosine, maxUlp, maxOverAllowed, worst } = pair.parameters[name];
        return [
          name,
          count(steps),
          size(maxAbs),
          size(maxRel),
          minCosine === null ? 'zero' : exact(Number(minCosine.toPrecision(10))),
          size(maxUlp),
          <span class={maxOverAllowed > 1 ? 'over' : undefined}>
            {`${size(maxOverAllowed)}${maxOverAllowed > 1 ? ' (too much)' : ''}`}
          </span>,
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
      })}
    />
  </div>
);

/** Did my gradient match? One table for each pair of gradients. */
export const Comparison = ({ compare }: { compare: CompareResult }): VNode => (
  <Section id="gradients" question="Is the gradient right?" finding={gradientFinding(compare)}>
    <p class="lead">
      At every step of the run each parameter’s gradient was computed both ways. <i>Over allowed</i> judges:
      it sets the difference against what the arithmetic’s own rounding explains at that element, and above 1
      is a mistake. Relative error and ULP do not judge: p − y cancels near saturation, where a right gradient
      may differ by all of its tiny size. Epochs count from 1, samples and indices from 0; the worst element
      is the one nearest to, or furthest over, what is allowed.
    </p>
    {compare.pairs.map((pair) => (
      <PairTable pair={pair} />
    ))}
    {compare.pairs.length === 0 && <p>No step was compared.</p>}
  </Section>
);
