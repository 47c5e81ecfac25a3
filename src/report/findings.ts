import { SATURATION_LOGIT } from '../notebook/engines/loggedLoss.ts';
import type { Agreement, CompareResult, Pair } from '../results/compare.ts';
import { type HopName, hopNames } from '../results/hopNames.ts';
import { parameterNames } from '../results/parameterNames.ts';
import type { TrainResult } from '../results/train.ts';
import { chanceOfError, percent } from '../system/text.ts';
import { capitalized, count, counted, listed, size } from './parts/format.ts';

/** How a finding is marked; a word stands next to the icon, so that colour is never the only sign. */
export type Status = 'pass' | 'fail' | 'warn' | 'info';

/** The finding of a section: one sentence made from the data, and what is added to it in smaller print. */
export type Finding = { status: Status; word: string; sentence: string; detail?: string };

const agreements = (pair: Pair): Agreement[] => parameterNames.map((name) => pair.parameters[name]);

/** "Manual and autodiff", for the start of a sentence. */
export const pairName = (pair: Pair): string => capitalized(`${pair.left} and ${pair.right}`);

/** The pair shown first: one that fails, otherwise hand-written against autodiff in float32. */
export const headlinePair = (pairs: readonly Pair[]): Pair | undefined =>
  pairs.find((pair) => pair.verdict === 'fail') ??
  pairs.find((pair) => pair.loss === 'logits' && pair.precision === 'float32') ??
  pairs[0];

const failedPairSentence = (pair: Pair): string => {
  const failed = parameterNames.filter((name) => pair.parameters[name].failedSteps > 0);
  const names = failed.length > 0 ? failed : parameterNames;
  const over = Math.max(...names.map((name) => pair.parameters[name].maxOverAllowed));
  const steps = Math.max(...names.map((name) => pair.parameters[name].failedSteps));
  return `${pairName(pair)} disagree in the gradient of ${listed(names)}: up to ${size(over)} times what rounding allows, at ${counted(steps, 'step')}`;
};

/** Do the gradients agree? */
export const gradientFinding = (compare: CompareResult): Finding => {
  const { verdict, pairs, finiteDifferences, exact } = compare;
  const pair = headlinePair(pairs);
  const steps = pair ? Math.max(...agreements(pair).map((agreement) => agreement.steps)) : 0;
  if (verdict === 'fail') {
    const wrong = finiteDifferences.filter((check) => check.verdict === 'fail');
    const byProof = pair?.verdict !== 'fail' && wrong.length === 0;
    const refuted = [exact, exact.trained, exact.trained.update].some((part) => part.verdict === 'refuted');
    if (byProof && refuted) return { ...proofFinding(compare), word: 'Wrong' };
    if (byProof) return { status: 'fail', word: 'Wrong', sentence: 'An update is not the gradient’s' };
    const sentence =
      pair?.verdict === 'fail'
        ? failedPairSentence(pair)
        : `Finite differences disagree with the manual gradient at ${count(wrong.length)} of ${counted(finiteDifferences.length, 'step')}`;
    return { status: 'fail', word: 'Wrong', sentence };
  }
  if (verdict === 'inconclusive' || !pair || steps === 0)
    return {
      status: 'warn',
      word: 'Cannot tell',
      sentence: 'The comparison cannot tell whether the gradients agree',
    };
  const largest = Math.max(...agreements(pair).map((agreement) => agreement.maxAbs));
  return {
    status: 'pass',
    word: 'Right',
    sentence: `${pairName(pair)} agree to ${size(largest)} over ${counted(steps, 'step')}`,
  };
};

/** Do finite differences of the loss itself agree? */
export const differencesFinding = (checks: CompareResult['finiteDifferences']): string => {
  if (checks.length === 0) return 'This comparison took no finite differences';
  const failed = checks.filter((check) => check.verdict === 'fail').length;
  if (failed > 0) return `Finite differences contradict the manual gradient at ${counted(failed, 'step')}`;
  const passed = checks.filter((check) => check.verdict === 'pass').length;
  return passed === checks.length
    ? `Finite differences confirm the manual gradient at ${counted(passed, 'step')}`
    : `Finite differences confirm the manual gradient at ${passed} of ${counted(checks.length, 'step')}`;
};

const proofWord = {
  proved: { status: 'pass', word: 'Proved' },
  refuted: { status: 'fail', word: 'Refuted' },
  'not proved': { status: 'warn', word: 'Not proved' },
  'cannot prove': { status: 'warn', word: 'Not proved' },
} as const;

/** Is the algebra right? */
export const proofFinding = ({
  exact: { verdict, cause, bound, wrong, update, trained },
}: Pick<CompareResult, 'exact'>): Finding => {
  const finding = (sentence: string): Finding => ({ ...proofWord[verdict], sentence });
  if ([trained, trained.update].some((part) => part.verdict === 'refuted') && verdict !== 'refuted')
    return {
      ...proofWord.refuted,
      sentence: `The network as it trained, in float32 on ${trained.backend}, has a gradient that is refuted`,
    };
  if (verdict === 'proved') {
    const proved =
      update.verdict === 'proved' ? 'The hand-written pass and its update are' : 'The hand-written pass is';
    const networks = `In double precision${trained.verdict === 'proved' ? `, and in float32 on ${trained.backend} as it trained` : ''}`;
    return {
      ...finding(`${proved} proved right for every image, kernel, weight, bias, label and ReLU pattern`),
      detail: `${networks}; ${chanceOfError(bound)}. This is about the algebra: rounding is measured at every step.`,
    };
  }
  const first = wrong[0];
  if (verdict === 'refuted')
    return finding(
      first
        ? `The hand-written pass is not the derivative of the forward pass: ${first.parameter}[${first.index}] is ${shown(first.manual)} by hand, ${shown(first.autodiff)} by autodiff`
        : 'The hand-written pass is not the derivative of the forward pass',
    );
  return finding(`The algebra is not proved: ${cause}. The comparison of numbers decides`);
};

const shown = (value: number | null): string => (value === null ? 'not finite' : value.toPrecision(6));

/** The first hop whose error exceeds the allowed one. */
export const firstWrong = (over: (name: HopName) => number): HopName | undefined =>
  hopNames.find((name) => over(name) > 1);

/** Where would a bug sit, and would it be found? */
export const chainFinding = ({ chain, selfTest }: CompareResult): Finding => {
  const first = chain.map(({ hops }) => firstWrong((name) => hops[name].maxOverAllowed));
  const wrong = hopNames.find((name) => first.includes(name));
  if (wrong !== undefined)
    return {
      status: 'fail',
      word: 'Wrong',
      sentence: `The backward pass first goes wrong at ${wrong}, at ${first.filter((name) => name === wrong).length} of ${counted(chain.length, 'chain')} followed`,
    };
  const right = chain.length > 0 ? 'every hop from the logit to the kernel is within rounding' : null;
  if (selfTest === null)
    return {
      status: chain.length > 0 ? 'pass' : 'warn',
      word: chain.length > 0 ? 'None found' : 'Not tested',
      sentence: right
        ? `${capitalized(right)}; no self-test was run`
        : 'This comparison was stopped before it looked',
    };
  const { mistakes, falseAlarms, verdict } = selfTest;
  const caught = mistakes.filter((mistake) => mistake.caught).length;
  const planted = `${caught} of ${counted(mistakes.length, 'planted mistake')} ${caught === 1 ? 'was' : 'were'} caught`;
  const alarms = falseAlarms > 0 ? `, with ${counted(falseAlarms, 'false alarm')}` : '';
  return {
    status: verdict === 'pass' ? 'pass' : 'warn',
    word: verdict === 'pass' ? 'None found' : 'Not sure',
    sentence: `${right ? `${capitalized(right)}, and ` : ''}${planted}${alarms}`,
  };
};

/** How far is the gradient of the logged loss from the one that trains? */
export const loggedFinding = ({ logged }: CompareResult): Finding => {
  const at = logged.largest;
  if (logged.unexplainedSteps > 0)
    return {
      status: 'warn',
      word: 'Unexplained',
      sentence: `The logged loss’s gradient differs at ${counted(logged.unexplainedSteps, 'step')} by more than its 1e-7 explains`,
    };
  if (!logged.firstStep || !at)
    return {
      status: 'pass',
      word: 'Same',
      sentence: 'The logged loss teaches what the exact one does at every step',
    };
  return {
    status: 'info',
    word: 'Explained',
    sentence: `The logged loss’s gradient differs by up to ${size(logged.maxAbs)}, because of the 1e-7 in its logarithms`,
    detail: `Most in epoch ${at.epoch}, at sample ${at.sample}, where the logit was ${at.logit.toFixed(1)}.`,
  };
};

/** Share of the test images that the constant answer "the more frequent digit" gets right. */
export const baseline = ({ test }: TrainResult): number =>
  Math.max(...test.confusion.map(([no, yes]) => no + yes)) / test.count;

/** Does the network read digits? */
export const accuracyFinding = (train: TrainResult): Finding => {
  const { accuracy, count: images } = train.test;
  if (accuracy === null)
    return {
      status: 'info',
      word: 'Untested',
      sentence: `No test images: ${percent(train.train.accuracy)} of the training images are read right`,
    };
  const sentence = `${percent(accuracy)} of ${counted(images, 'test image')} are read right`;
  return accuracy > baseline(train)
    ? { status: 'pass', word: 'Reads', sentence }
    : { status: 'warn', word: 'Guesses', sentence: `${sentence}, no better than always the same answer` };
};

/** Are the ReLUs dead, or does the network give every image the same answer? */
export const reluFinding = ({
  diagnosis,
}: {
  diagnosis: Pick<TrainResult['diagnosis'], 'deadReluSince' | 'stalledSince' | 'activeFraction'>;
}): Finding => {
  const { deadReluSince: since, stalledSince: stalled, activeFraction } = diagnosis;
  if (since !== null)
    return {
      status: 'warn',
      word: 'Dead',
      sentence:
        since === 0 ? 'Every ReLU was dead from the start' : `Every ReLU is dead since epoch ${since}`,
    };
  if (stalled !== null)
    return {
      status: 'warn',
      word: 'Stalled',
      sentence:
        stalled === 0
          ? 'Every training image got the same answer from the start'
          : `Every training image gets the same answer since epoch ${stalled}`,
    };
  const last = activeFraction.at(-1);
  return {
    status: 'pass',
    word: 'Alive',
    sentence:
      last === undefined
        ? 'No ReLU died'
        : `ReLUs are alive: ${percent(last)} of them are open after the last epoch`,
  };
};

/** Does the gradient of the logged loss vanish? */
export const saturationFinding = ({ diagnosis, timing }: TrainResult): Finding => {
  const { saturatedSteps } = diagnosis;
  const limit = SATURATION_LOGIT.toFixed(1);
  if (saturatedSteps === 0)
    return {
      status: 'pass',
      word: 'None',
      sentence: `No logit came to ${limit}, where the logged loss stops teaching`,
    };
  return {
    status: 'info',
    word: 'Saturated',
    sentence: `The logged loss stops teaching at logit ${limit}: ${count(saturatedSteps)} of ${counted(timing.steps, 'step')} got there`,
  };
};
