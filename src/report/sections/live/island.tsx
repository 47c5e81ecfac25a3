import type { VNode } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Run } from '../../../notebook/inference/run.ts';
import { percent } from '../../../system/text.ts';
import { reluFinding } from '../../findings.ts';
import { Command } from '../../parts/command.tsx';
import { Figure } from '../../parts/figure.tsx';
import { count, size } from '../../parts/format.ts';
import { Status } from '../../parts/status.tsx';
import { Table } from '../../parts/table.tsx';
import { usePage } from '../../state.ts';
import { kernelPlot } from '../kernel/figure.ts';
import { kernelColumns, kernelRows } from '../kernel/island.tsx';
import { LiveControls } from './controls.tsx';
import { livePlot } from './figure.ts';
import { LiveSession } from './session.ts';
import { commandOfTry, type LiveSettings, ownSettings } from './settings.ts';
import type { Try } from './trainer.ts';
import { outcomeOf } from './words.ts';

/** Whether the reader asks for reduced motion. */
const useStill = (): boolean => {
  const [still, setStill] = useState(false);
  useEffect(() => {
    const query = matchMedia('(prefers-reduced-motion: reduce)');
    const follow = () => setStill(query.matches);
    follow();
    query.addEventListener('change', follow);
    return () => query.removeEventListener('change', follow);
  }, []);
  return still;
};

/** The last try and the one before it. */
type Tries = { now: Try | null; before: Try | null };

/** A session that lives as long as the page, its last result, and the reason if it failed. */
const useSession = ({ images, config }: Run) => {
  const [tries, setTries] = useState<Tries>({ now: null, before: null });
  const [failure, setFailure] = useState<string | null>(null);
  const session = useRef<LiveSession | null>(null);
  const want = (settings: LiveSettings): void => {
    if (!images) return;
    session.current ??= new LiveSession(images, config.kernelSize, {
      onTry: (result) => setTries(({ now }) => ({ now: result, before: now })),
      onFailure: ({ message }) => setFailure(message),
      nextFrame: () => new Promise((resolve) => requestAnimationFrame(resolve)),
    });
    session.current.want(settings);
  };
  return { ...tries, failure, want };
};

const shownLoss = (losses: readonly number[]): string => {
  const last = losses.at(-1);
  return last === undefined ? 'none' : size(last);
};
const shownAccuracy = (share: number | null | undefined): string =>
  share === null || share === undefined ? 'no images' : percent(share);

/** Describes the result of a try; a failed one is marked. */
const Outcome = ({ result, run }: { result: Try; run: Run }): VNode => {
  const { word, sentence } = result.diverged
    ? { word: 'Diverged', sentence: null }
    : reluFinding({ diagnosis: { ...result, activeFraction: [result.activeFraction] } });
  const steps = result.losses.length * (run.images?.train.count ?? 0);
  const failed = result.diverged ?? result.deadReluSince ?? result.stalledSince;
  return (
    <>
      {failed !== null && <Status status="warn" word={word} />}
      {` ${[outcomeOf(result, run), sentence && `${sentence}.`].filter(Boolean).join(' ')} `}
      <span class="live__time">
        {`${count(steps)} steps and a look at what came out took ${result.milliseconds.toFixed(1)} ms.`}
      </span>
    </>
  );
};

/** The controls, and what the last try came to beside the run; `still`: nothing trains until Train is pressed. */
export const LiveView = (props: {
  run: Run;
  relu: string;
  settings: LiveSettings;
  now: Try | null;
  before: Try | null;
  failure: string | null;
  still: boolean;
  onChange: (settings: LiveSettings) => void;
  onTrain: () => void;
}): VNode => {
  const { run, relu, settings, now, before, failure, still, onChange, onTrain } = props;
  const { config } = run;
  const end = run.frames.at(-1)!;
  const kernel = now?.parameters.kernel ?? end.parameters.kernel;
  const curves = useMemo(
    () => livePlot({ run: run.losses, now: now?.losses ?? [], before: before?.losses ?? [] }),
    [now],
  );
  const picture = useMemo(
    () => kernelPlot(kernel, now ? 'Kernel of this try' : 'Kernel of the run'),
    [kernel],
  );
  const tried = now?.settings ?? settings;
  const epochs = Math.max(run.losses.length, now?.losses.length ?? 0);
  return (
    <div class="live">
      <LiveControls config={config} settings={settings} onChange={onChange} />
      <p class="live__buttons">
        <button type="button" hidden={!still} onClick={onTrain}>
          Train
        </button>
        <button type="button" onClick={() => onChange(ownSettings(config))}>
          Back to the run
        </button>
        {still && <span>Reduced motion is asked for: nothing trains until Train is pressed.</span>}
      </p>
      <p class="live__outcome" role="status">
        {failure !== null && `Training did not start: ${failure}`}
        {failure === null && now && <Outcome result={now} run={run} />}
        {failure === null && !now && 'Nothing has been trained here yet: move a control.'}
      </p>
      <div class="row row--wide-narrow">
        <Figure
          live
          id="live-loss"
          label="Loss by epoch of this try over that of the run"
          spec={curves}
          columns={[{ label: 'Epoch' }, { label: 'the run' }, { label: 'this try' }]}
          rows={Array.from({ length: epochs }, (_, at) => [
            at + 1,
            run.losses[at] ?? '',
            now?.losses[at] ?? '',
          ])}
        />
        <Figure
          live
          square
          id="live-kernel"
          label={now ? 'The kernel at the end of this try' : 'The kernel at the end of the run'}
          spec={picture}
          columns={kernelColumns(config.kernelSize)}
          rows={kernelRows(kernel)}
        />
      </div>
      <Table
        stacked
        caption="This try beside the run"
        columns={[{ label: 'What' }, { label: 'This try', text: true }, { label: 'The run', text: true }]}
        rows={[
          ['Loss after the last epoch', now ? shownLoss(now.losses) : '', shownLoss(run.losses)],
          [
            'Training accuracy',
            now ? shownAccuracy(now.trainAccuracy) : '',
            shownAccuracy(end.trainAccuracy),
          ],
          ['Test accuracy', now ? shownAccuracy(now.testAccuracy) : '', shownAccuracy(end.testAccuracy)],
          [
            'ReLU',
            now ? reluFinding({ diagnosis: { ...now, activeFraction: [now.activeFraction] } }).sentence : '',
            relu,
          ],
        ]}
      />
      {tried.mistake === null ? (
        <Command id="live-command" command={commandOfTry(tried, config)} />
      ) : (
        <p>No command repeats this try: a mistake is planted, and the commands have none.</p>
      )}
    </div>
  );
};

/** Repeats the run with the reader's settings: trains in the page when a control moves. */
export const LiveIsland = ({ relu }: { relu: string }): VNode => {
  const { run } = usePage();
  const still = useStill();
  const [settings, setSettings] = useState(ownSettings(run.config));
  const { now, before, failure, want } = useSession(run);
  const change = (next: LiveSettings): void => {
    setSettings(next);
    if (!still) want(next);
  };
  return (
    <LiveView
      {...{ run, relu, settings, now, before, failure, still }}
      onChange={change}
      onTrain={() => want(settings)}
    />
  );
};
