import type { Findings } from './check.ts';
import { messageOf } from './message.ts';
import type { Settings } from './spec/readSpec.ts';
import type { Subject } from './spec/subject.ts';
import type { GradcheckResult, InputResult, KinkCounts, Status, Ties } from './types.ts';

/** Turns the findings into the public result. */
export function summarize(
  subject: Subject,
  settings: Settings,
  findings: Findings,
  order: 1 | 2,
  milliseconds: number,
): GradcheckResult {
  const inputs = inputResults(subject, findings);
  const kinks = findings.kinks?.counts(settings.kinks, findings.ties ?? NO_TIES) ?? noKinks(settings);
  const status = statusOf(findings, settings, inputs, kinks);
  const data = {
    name: subject.name,
    status,
    stage: status === 'fail' ? findings.log.culprit!.stage : null,
    stages: findings.log.list(),
    oddOneOut: status === 'fail' ? findings.oddOneOut : null,
    suspects: findings.suspects,
    unsupported: findings.unsupported,
    wrongOutput: null,
    dependence: findings.dependence,
    inputs,
    looksLike: findings.looksLike,
    kinks,
    exact: findings.exact,
    point: findings.point,
    singlePrecision: findings.singlePrecision,
    mode: settings.mode,
    order,
    precision: settings.precision,
    backend: settings.precision === 'float32' ? settings.tf!.getBackend() : null,
    seed: settings.seed,
    evaluations: findings.evaluations,
    milliseconds,
  };
  const message = messageOf({
    ...data,
    contradiction: findings.contradiction,
    hasYours: findings.gradients.yours !== null,
    hasAutodiff: findings.gradients.autodiff !== null,
    reproduce: settings.reproduce ?? `gradcheck(spec, { seed: ${settings.seed}${ofPoints(settings)} })`,
  });
  return { ...data, ...message };
}

const ofPoints = ({ points }: Settings): string => (points === 0 ? '' : `, points: ${points}`);

const NO_TIES: Ties = { elements: 0, of: 0, conventionIsSubgradient: null };

export const noKinks = ({ kinks }: Settings): KinkCounts => ({
  ties: NO_TIES,
  policy: kinks,
  elements: 0,
  flips: 0,
  skipped: 0,
  kernels: {},
});

function inputResults(subject: Subject, { tallies }: Findings): Record<string, InputResult> {
  const found = new Map(tallies.map((tally) => [tally.input.name, tally.result()]));
  return Object.fromEntries(
    subject.checked.differentiable.map(({ name, shape, size }): [string, InputResult] => [
      name,
      found.get(name) ?? {
        shape,
        size,
        status: 'not checked',
        checked: 0,
        directions: 0,
        maxDistance: 0,
        wrong: 0,
        undecided: 0,
        skipped: 0,
        worst: null,
        failures: [],
        maxUlps: null,
      },
    ]),
  );
}

function statusOf(
  { log, unsupported, gradients, exact, contradiction }: Findings,
  settings: Settings,
  inputs: Record<string, InputResult>,
  kinks: KinkCounts,
): Status {
  const { culprit } = log;
  if (culprit !== null && !(contradiction && culprit.stage === 'numbers')) return 'fail';
  if (contradiction) return 'inconclusive';
  if (unsupported !== null && gradients.yours === null) return 'unsupported';
  if (settings.exact === 'only') return exact?.verdict === 'proved' ? 'pass' : 'inconclusive';
  if (kinks.policy === 'error' && kinks.elements > 0) return 'inconclusive';
  return Object.values(inputs).some(({ status }) => status !== 'pass') ? 'inconclusive' : 'pass';
}
