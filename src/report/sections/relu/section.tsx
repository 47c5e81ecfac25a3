import type { VNode } from 'preact';
import { binsFor, type Relus, relusByEpoch } from '../../../notebook/inference/relus.ts';
import type { TrainResult } from '../../../results/train.ts';
import { percent } from '../../../system/text.ts';
import { classNames } from '../../embeddedRun.ts';
import { reluFinding } from '../../findings.ts';
import { Figure } from '../../parts/figure.tsx';
import { Fold } from '../../parts/fold.tsx';
import { Island } from '../../parts/island.tsx';
import { Section } from '../../parts/section.tsx';
import { usePage } from '../../state.ts';
import { activePlot } from './active.ts';

const Advice = ({ train: { config, diagnosis } }: { train: TrainResult }): VNode => (
  <div class="advice">
    <p>
      {diagnosis.deadReluSince === null
        ? 'The ReLUs are open, but every training image falls on the same side of the threshold, so the network distinguishes nothing. '
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

type ByEpoch = readonly { epoch: number; relus: Relus }[];

/**
 * Names the digit for which no ReLU opens at the end, and the epoch since when, as far as the stored networks show it.
 */
const silentClass = (byEpoch: ByEpoch, names: readonly [string, string]): string | null => {
  const last = byEpoch.at(-1)?.relus;
  const label = ([0, 1] as const).find((label) => last?.open[label] === 0 && last.open[1 - label]! > 0);
  if (label === undefined) return null;
  const before = byEpoch.findLastIndex(({ relus }) => relus.open[label] > 0);
  const since = byEpoch[before + 1]?.epoch ?? 0;
  return `For ${names[label]} every ReLU is silent ${since === 0 ? 'from the start' : `since epoch ${since}`}: the network recognizes it by the bias only.`;
};

/** Are the ReLUs dead, and what to do about it? */
export const Relu = ({ train }: { train: TrainResult }): VNode => {
  const { activeFraction, deadReluSince, stalledSince } = train.diagnosis;
  const { run } = usePage();
  const names = classNames(train.config);
  const byEpoch = run.images ? relusByEpoch(run, run.images.train) : [];
  const bins = byEpoch.length > 0 ? binsFor(byEpoch) : null;
  const shares = new Map(byEpoch.map(({ epoch, relus }) => [epoch, relus.open]));
  const silent = silentClass(byEpoch, names);
  const finding = reluFinding(train);
  return (
    <Section id="relu" question="Are the ReLUs dead?" finding={finding}>
      {(deadReluSince !== null || stalledSince !== null) && <Advice train={train} />}
      {silent && <p>{silent}</p>}
      <Fold
        summary={`Open ReLUs by epoch${bins ? ', and the pre-activations' : ''}`}
        open={finding.status === 'warn'}
      >
        <Island name="relu" props={{ bins }} />
        <div class="row">
          {activeFraction.length > 0 && (
            <Figure
              id="open-relus"
              label={`Share of open ReLUs by epoch: ${finding.sentence}`}
              spec={activePlot(train, byEpoch, names)}
              columns={[
                { label: 'Epoch' },
                { label: 'Share of pre-activations above 0' },
                ...(bins ? names.map((label) => ({ label })) : []),
              ]}
              rows={activeFraction.map((share, at) => [
                at + 1,
                percent(share),
                ...(bins ? (shares.get(at + 1)?.map(percent) ?? ['', '']) : []),
              ])}
            >
              Over all positions of all training images, after each epoch
              {bins ? ', and over those of each digit' : ''}.
            </Figure>
          )}
          {bins && <Island name="preActivations" props={{ bins }} />}
        </div>
        {!run.images && (
          <p>
            This run has too many images for train.json to carry them, so their pre-activations are not shown.
          </p>
        )}
      </Fold>
    </Section>
  );
};
