import type { Side } from '../types.ts';
import type { Run } from './attempts.ts';
import { Duals, wrongInDoubles } from './dual.ts';
import type { Taint } from './entry.ts';
import type { Vec } from './field.ts';
import { compared, type Element, type Located } from './locate.ts';
import { differs, type Outcome, Setting, taintOf } from './sides.ts';

export type Verdict = 'proved' | 'refuted' | 'not proved' | 'cannot prove';

/** The verdict on one side. */
export interface SideResult {
  readonly verdict: Verdict;
  /** Why the gradient is neither proved nor refuted; otherwise null. */
  readonly cause: string | null;
  /** The taint of the residues, if it makes the refutation rest on double precision. */
  readonly taint?: string;
}

export type Sides = Partial<Record<Side, SideResult>>;

/** The verdict on every side. */
export function judge(
  { setting, output, autodiff, yours }: Run,
  dyShape: readonly number[],
  seed: number,
  final: boolean,
): Sides {
  const { subject, world } = setting;
  const { forward, backward, gradientOf } = subject;
  const verdictOf = (outcome: Outcome, again: (setting: Setting) => Outcome): SideResult => {
    if ('cause' in outcome) return { verdict: 'cannot prove', cause: outcome.cause };
    const { gradients } = outcome;
    if (setting.contractions(output, gradients).every(({ left, right }) => !differs(left, right, 0)))
      return { verdict: 'proved', cause: null };
    const taint = taintOf(setting, output, gradients);
    if (!final) return { verdict: 'not proved', cause: 'not for all branches at once' };
    if (taint.size === 0) return { verdict: 'refuted', cause: null };
    if (wrongInDoubles(world.tf, subject, again, dyShape, seed))
      return { verdict: 'refuted', cause: null, taint: tainted(taint) };
    return { verdict: 'not proved', cause: tainted(taint) };
  };
  const witness = backward === undefined ? forward : (gradientOf ?? forward);
  const sides: Sides = {
    'tf autodiff': verdictOf(autodiff, (other) => other.autodiff(witness).outcome),
  };
  if (yours === null) return sides;
  sides.yours = verdictOf(yours, (other) => other.backward());
  const both = sides.yours.verdict === 'proved' && sides['tf autodiff']!.verdict === 'proved';
  // Two gradients that both hold are equal, except with the probability in the bound.
  if (both && 'gradients' in yours && 'gradients' in autodiff)
    if (compared(setting, yours.gradients, autodiff.gradients).elements.length > 0)
      sides.yours = {
        verdict: 'not proved',
        cause: 'both gradients hold in the direction drawn, yet they differ',
      };
  return sides;
}

const tainted = (taint: Taint): string => `the two sides differ, but so they may by ${[...taint].join(', ')}`;

/** The verdict on a gradient that differs only by convention. */
export const CONVENTION: SideResult = {
  verdict: 'not proved',
  cause: 'exactly at a kink, where the derivative is not the one that TensorFlow.js takes',
};

/**
 * Whether a gradient is wrong only where the derivative depends on the side taken at a kink or a tie. At a single kink
 * it must also lie between the derivatives of the two sides; at several it may have any value there.
 */
export function onConvention(
  { setting, yours, autodiff }: Run,
  { elements }: Located,
  seed: number,
): boolean {
  const { world, subject, dyShape, dyReal } = setting;
  const f = subject.gradientOf ?? subject.forward;
  const turned = (['first', 'last'] as const).map(
    (ties) => new Setting(world.tf, subject, world.lanes, { ...world.options, turned: ties }, dyShape, seed),
  );
  const derivatives = (each: Setting, { name, flat }: Element): Vec[] =>
    each.sides(each.forward(f, each.within(name, flat, flat + 1)));
  const isOpen = (element: Element): boolean => {
    const own = derivatives(setting, element);
    return turned.some((each) =>
      derivatives(each, element).some((side, lane) => differs(side, own[lane]!, 0)),
    );
  };
  const isBetween = ({ name, flat }: Element): boolean => {
    const sides = ([undefined, 'first', 'last'] as const).map((ties) =>
      new Duals(world.tf, subject, dyShape, seed, ties).element(name, flat, dyReal),
    );
    const outcome = yours ?? autodiff;
    const value = 'gradients' in outcome ? outcome.gradients.get(name)!.real[flat]! : Number.NaN;
    const slack = 1e-9 * Math.max(...sides.map(Math.abs));
    return value >= Math.min(...sides) - slack && value <= Math.max(...sides) + slack;
  };
  const { kinks } = setting;
  return (
    elements.length > 0 && elements.every((element) => isOpen(element) && (kinks > 1 || isBetween(element)))
  );
}
