import { gradcheck } from '../../gradcheck/gradcheck.ts';
import type { GradcheckResult, TF } from '../../gradcheck/types.ts';
import { finite } from '../../numerics/finite.ts';
import type { CompareResult } from '../../results/compare.ts';
import type { ParameterName } from '../../results/shared.ts';
import { IMAGE_PIXELS, type Samples } from '../data/images.ts';
import type { Parameters } from '../model/parameters.ts';
import { networkSpec } from './networkSpec.ts';
import type { StepPlace } from './scatter.ts';

/**
 * A step of the walk with the data that finite differences need: its place, its parameters and the state of the
 * network.
 */
export interface WalkedStep {
  readonly place: StepPlace;
  readonly parameters: Parameters;
  /** The logit, signed so that it is below 0 if the network is wrong. */
  readonly towardsLabel: number;
  readonly logit: number;
  /** Number of pre-activations above 0. */
  readonly open: number;
}

type FiniteDifference = CompareResult['finiteDifferences'][number];
type Reason = FiniteDifference['reason'];

/** A step, and the reason it was chosen. */
export interface ChosenStep {
  readonly step: WalkedStep;
  readonly reason: Reason;
}

/** Number of steps spread evenly over the run, and of each extreme. */
const SPREAD = 8;
const EXTREMES = 3;

/** Chooses, during the walk, the steps at which to take finite differences. */
export class StepChooser {
  readonly #stepsInAll: number;
  #seen = 0;
  readonly #spread: WalkedStep[] = [];
  readonly #saturated: WalkedStep[] = [];
  readonly #nearlyDead: WalkedStep[] = [];

  constructor(stepsInAll: number) {
    this.#stepsInAll = stepsInAll;
  }

  note(step: WalkedStep): void {
    const every = Math.max(1, Math.floor((this.#stepsInAll - 1) / (SPREAD - 1)));
    if (this.#seen++ % every === 0 && this.#spread.length < SPREAD) this.#spread.push(step);
    keepLowest(this.#saturated, step, ({ towardsLabel }) => towardsLabel);
    if (step.open > 0) keepLowest(this.#nearlyDead, step, ({ open }) => open);
  }

  /** The chosen steps in the order of the run, each once, with the reason. */
  chosen(): ChosenStep[] {
    const chosen = new Map<string, ChosenStep>();
    const groups: [Reason, WalkedStep[]][] = [
      ['saturated', this.#saturated],
      ['nearly dead', this.#nearlyDead],
      ['spread', this.#spread],
    ];
    for (const [reason, steps] of groups) {
      for (const step of steps) {
        const key = `${step.place.epoch}/${step.place.sample}`;
        if (!chosen.has(key)) chosen.set(key, { step, reason });
      }
    }
    return [...chosen.values()].sort(
      (a, b) => a.step.place.epoch - b.step.place.epoch || a.step.place.sample - b.step.place.sample,
    );
  }
}

/** Keeps the few steps with the lowest figure, sorted in ascending order. */
function keepLowest(kept: WalkedStep[], step: WalkedStep, figure: (step: WalkedStep) => number): void {
  const last = kept.at(-1);
  if (kept.length === EXTREMES && last !== undefined && figure(step) >= figure(last)) return;
  kept.push(step);
  kept.sort((a, b) => figure(a) - figure(b));
  kept.splice(EXTREMES);
}

/**
 * Checks the manual gradient against finite differences of the exact loss, in double precision, at each chosen step.
 */
export async function checkByDifferences(
  tf: TF,
  samples: Samples,
  chosen: readonly ChosenStep[],
  onChecked: (done: number) => void,
): Promise<FiniteDifference[]> {
  const checks: FiniteDifference[] = [];
  for (const { step, reason } of chosen) {
    const { place, parameters, logit, open } = step;
    const pixels = samples.pixels.subarray(place.sample * IMAGE_PIXELS, (place.sample + 1) * IMAGE_PIXELS);
    const spec = networkSpec({ pixels, label: samples.labels[place.sample]! }, parameters);
    const result = await gradcheck(spec, { tf, exact: 'off' });
    checks.push({ ...place, reason, logit, open, ...figuresOf(result) });
    onChecked(checks.length);
  }
  return checks;
}

function figuresOf({
  inputs,
  status,
  message,
}: GradcheckResult): Pick<FiniteDifference, 'maxAbs' | 'maxOverAllowed' | 'skipped' | 'verdict' | 'message'> {
  const each = (figure: (name: ParameterName) => number) => ({
    kernel: figure('kernel'),
    weight: figure('weight'),
    bias: figure('bias'),
  });
  return {
    maxAbs: each((name) => finite(inputs[name]?.maxDistance ?? 0)),
    maxOverAllowed: each((name) => {
      const worst = inputs[name]?.worst;
      // If everything is 0, the tolerance is 0 as well.
      return worst && worst.distance !== 0 ? finite(worst.distance / worst.tolerance.total) : 0;
    }),
    skipped: Object.values(inputs).reduce((sum, { skipped }) => sum + skipped, 0),
    verdict: status === 'unsupported' ? 'inconclusive' : status,
    message: status === 'pass' ? null : message,
  };
}
