import { chanceOfError } from '../system/text.ts';
import type {
  Dependence,
  ElementResult,
  ExactOutcome,
  GradcheckResult,
  InputResult,
  Side,
  Stage,
  StageResult,
  Suspect,
} from './types.ts';

/** Nine digits: short enough to read, and enough to tell two sides apart. */
const number = (x: number): string => String(Number(x.toPrecision(9)));
const small = (x: number): string =>
  x === 0 ? '0' : Number(x.toPrecision(2)).toExponential().replace('e+', 'e');
const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;

const STAGE_FAILURES: Record<Stage, string> = {
  forward: 'the forward',
  repeatable: 'not repeatable',
  names: 'number and names of the gradients',
  shapes: 'shapes of the gradients',
  finite: 'gradients not finite',
  numbers: 'numbers',
  'dy contract': 'the dy contract',
  'inputs unchanged': 'inputs changed',
  'no leak': 'tensors leaked',
};
const CULPRITS: Record<Side, string> = {
  yours: 'YOUR backward',
  'tf autodiff': 'TF AUTODIFF of the forward',
  numeric: 'NUMERIC (both gradients miss something that the forward does, such as a value read by dataSync)',
};

/** A result without its message, plus the facts that only the message needs. */
export type Facts = Omit<GradcheckResult, 'message' | 'remarks'> & {
  /** The exact check and the numbers contradict each other. */
  readonly contradiction: boolean;
  readonly hasYours: boolean;
  readonly hasAutodiff: boolean;
  readonly reproduce: string;
};

/** Makes the message: verdict and culprit first, then the worst element, the explanation, and what was ruled out. */
export function messageOf(result: Facts): Pick<GradcheckResult, 'message' | 'remarks'> {
  const lines = [headline(result), ...placeLines(result)];
  if (result.status === 'fail') lines.push(...failure(result));
  else if (result.status === 'inconclusive') lines.push(...inconclusive(result));
  if (result.status === 'unsupported') lines.push(` TensorFlow.js: ${result.unsupported!.reason}`);
  lines.push(...notes(result));
  if (result.unsupported !== null && result.status !== 'unsupported')
    lines.push(` No tf autodiff to compare with: TensorFlow.js: ${result.unsupported.reason}`);
  lines.push(...circumstances(result), ...exactLines(result));
  const passed = Object.entries(result.inputs).filter(([, input]) => input.status === 'pass');
  if (result.status !== 'pass' && passed.length > 0)
    lines.push(` Passed: ${passed.map(([name]) => name).join(', ')}`);
  if (result.status === 'pass' && result.kinks.skipped > 0)
    lines.push(` Skipped at kinks: ${count(result.kinks.skipped, 'element')}`);
  if (result.status === 'pass' && result.mode === 'directional')
    lines.push(" A screen only: a mistake can hide from random directions; mode 'full' checks every element");
  if (result.status !== 'pass') lines.push(` Reproduce: ${result.reproduce}`);
  const remarks = lines.length > (result.exact?.verdict === 'proved' ? 2 : 1);
  return { message: lines.join('\n'), remarks };
}

function headline(result: Facts): string {
  const { name, status, stage, order } = result;
  const subject = `Gradient check${order === 2 ? ' of order 2' : ''} ${{ pass: 'passed', fail: 'FAILED', inconclusive: 'INCONCLUSIVE', unsupported: 'UNSUPPORTED' }[status]}: ${name}`;
  const wrong = Object.entries(result.inputs).filter(([, input]) => input.wrong > 0);
  if (status === 'fail' && stage === 'numbers' && wrong.length === 0)
    return `${subject}: REFUTED by the exact check`;
  if (status === 'fail' && stage === 'numbers')
    return `${subject}: ${wrong.map(([input, { shape, wrong: n, checked }]) => `${input} [${shape}], ${n} of ${count(checked, 'element')} wrong`).join('; ')}`;
  if (status === 'fail') return `${subject}: ${STAGE_FAILURES[stage!]}`;
  if (status !== 'pass') return subject;
  const checked = Object.values(result.inputs).reduce((sum, input) => sum + input.checked, 0);
  if (checked === 0 && result.exact?.verdict === 'proved') return subject;
  const sides = [result.hasYours ? 'yours' : null, result.hasAutodiff ? 'tf autodiff' : null, 'numeric'];
  return `${subject}: ${count(checked, 'element')}, ${sides.filter((side) => side !== null).join(', ')} agree`;
}

function failure(result: Facts): string[] {
  const lines: string[] = [];
  const failed = result.stages.find(({ stage }) => stage === result.stage)!;
  if (result.oddOneOut !== null)
    lines.push(`Odd one out: ${culprit(result.oddOneOut, result)}${agreement(result)}`);
  else if (result.stage === 'numbers') lines.push('Odd one out: unknown, no two sides agree');
  const fault = faultOfAutodiff(result);
  if (fault !== null) lines.push(` ${fault}`);
  if (result.stage !== 'numbers') lines.push(` ${detailOf(failed)}`);
  const name = worstInput(result.inputs);
  if (name !== null) lines.push(...worstElement(name, result.inputs[name]!.worst!, result));
  for (const other of result.stages)
    if (other.status === 'fail' && other.stage !== result.stage && other.stage !== 'numbers')
      lines.push(` Also: ${STAGE_FAILURES[other.stage]}: ${detailOf(other)}`);
  if (result.looksLike !== null) lines.push(` Looks like: ${result.looksLike}`);
  if (name !== null) lines.push(` Ruled out: ${ruledOut(result.inputs[name]!.worst!, result)}`);
  return lines;
}

const detailOf = ({ side, detail }: StageResult): string => `${side === null ? '' : `${side}: `}${detail}`;

/** One line for each input or variable that was not checked or does not affect the output. */
function notes({ dependence, inputs }: Facts): string[] {
  if (dependence === null || isVacuous(dependence, inputs)) return [];
  const { unused, unchecked } = dependence;
  const lines = unused.map((name) => ` Not used: ${name} (the output does not depend on it)`);
  if (unchecked.length > 0)
    lines.push(
      ` Not checked: ${unchecked.join(', ')} (forward reads it; put it into \`variables\` to check it)`,
    );
  return lines;
}

const isVacuous = ({ unused }: Dependence, inputs: GradcheckResult['inputs']): boolean =>
  unused.length === Object.keys(inputs).length;

/** Which op of autodiff is at fault, or null. */
function faultOfAutodiff({ oddOneOut, stage, suspects, dependence, precision }: Facts): string | null {
  if (suspects.length > 0) return `At fault: ${suspects.map(suspectWords).join('; ')}`;
  const isUnexplained = oddOneOut === 'tf autodiff' && stage === 'numbers' && precision === 'float64';
  if (!isUnexplained || dependence === null || dependence.assigned.length > 0) return null;
  return 'Each op by itself has the right gradient: does forward read a value out (dataSync, arraySync)?';
}

function suspectWords({ kernel, known }: Suspect): string {
  if (kernel === null) return 'your customGrad';
  return `the gradient of ${kernel}${known === null ? '' : ` (a known fault of TensorFlow.js: ${known})`}`;
}

/** Names the side at fault. With precision float32 the code is known to be right, so the backend is at fault. */
function culprit(side: Side, { precision, inputs, backend, dependence }: Facts): string {
  const assigned = dependence?.assigned ?? [];
  if (side === 'tf autodiff' && assigned.length > 0)
    return `the ASSIGNMENT of ${assigned.join(', ')} inside forward (assign, write or setWeights): it cuts the gradient`;
  const onBackend = precision === 'float32' && Object.values(inputs).some(({ maxUlps }) => maxUlps !== null);
  return onBackend ? `BACKEND ${backend} (${side}, in single precision)` : CULPRITS[side];
}

function worstInput(inputs: Readonly<Record<string, InputResult>>): string | null {
  return Object.entries(inputs).find(([, input]) => input.wrong > 0)?.[0] ?? null;
}

/** How closely the two sides other than the odd one out agree. */
function agreement(result: Facts): string {
  const name = worstInput(result.inputs);
  const worst = name === null ? null : result.inputs[name]!.worst;
  if (worst?.numeric == null || !result.hasYours || !result.hasAutodiff) return '';
  const [left, right] = {
    yours: [worst.autodiff, worst.numeric],
    'tf autodiff': [worst.yours, worst.numeric],
    numeric: [worst.yours, worst.autodiff],
  }[result.oddOneOut!];
  if (left == null || right == null) return '';
  const names = {
    yours: 'tf autodiff and numeric',
    'tf autodiff': 'yours and numeric',
    numeric: 'yours and tf autodiff',
  };
  return ` (${names[result.oddOneOut!]} agree to ${small(Math.abs(left - right))})`;
}

function worstElement(name: string, worst: ElementResult, result: Facts): string[] {
  const { tolerance, numeric, yours, autodiff } = worst;
  const lines = [` worst element ${name}[${worst.index}]`];
  if (yours !== null) lines.push(`   yours        ${number(yours)}`);
  if (autodiff !== null) lines.push(`   tf autodiff  ${number(autodiff)}`);
  const origin =
    result.precision === 'float32'
      ? '(double precision)'
      : `± ${small(tolerance.difference + tolerance.rounding)}  (central, float64, h = ${small(worst.step!)})`;
  lines.push(`   numeric      ${number(numeric!)} ${origin}`);
  const side = result.oddOneOut === 'tf autodiff' || yours === null ? 'tf autodiff' : 'yours';
  const ulps = worst.ulps === null ? '' : ` = ${Math.round(worst.ulps)} ULPs`;
  lines.push(
    `   |${side} - numeric| ${small(worst.distance)}${ulps}, allowed ${small(tolerance.total)} (rtol ${small(tolerance.rtol)}: ${small(tolerance.relative)}, ` +
      `atol ${small(tolerance.absolute)}, difference error ${small(tolerance.difference)}, rounding ${small(tolerance.rounding)})`,
  );
  if (worst.subgradient !== null)
    lines.push(`   subgradients from ${number(worst.subgradient[0])} to ${number(worst.subgradient[1])}`);
  if (worst.note !== null) lines.push(`   ${worst.note}`);
  return lines;
}

function ruledOut(worst: ElementResult, result: Facts): string {
  if (result.precision === 'float32') return 'the code itself (in double precision all sides agree)';
  const held = worst.flips > 0 && result.kinks.policy === 'freeze' ? ', all held as they are at x' : '';
  const noise =
    worst.slope === null
      ? 'noise (the differences agree at all steps)'
      : `noise (the differences converge with order ${worst.slope.toFixed(1)})`;
  return worst.atTie ? noise : `kinks (${count(worst.flips, 'branch flip')} within ± h${held}), ${noise}`;
}

const BRANCHES = {
  none: 'for all values',
  all: 'on every branch pattern',
  point: 'on the branch pattern of this point',
} as const satisfies Record<ExactOutcome['branches'], string>;

/** The verdict of the exact check. */
function exactLines({ exact, contradiction, status, inputs }: Facts): string[] {
  if (exact === null) return [];
  const { verdict, bound, branches, cause, points, elements } = exact;
  if (contradiction)
    return [
      ` The exact check says ${verdict}, finite differences say otherwise: a fault of this checker, please report it`,
    ];
  if (verdict === 'proved') {
    if (status === 'fail') return [];
    const reach = `${BRANCHES[branches]}${points === null ? '' : ` and ${nearbyWords(points)}`}`;
    return [
      ` PROVED ${reach}: ${chanceOfError(bound)} (the algebra, not the rounding)`,
      ...seenLines(points),
    ];
  }
  // If finite differences name wrong elements, that is enough.
  if (verdict === 'refuted' && Object.values(inputs).some(({ wrong }) => wrong > 0)) return [];
  if (verdict === 'refuted')
    return elements
      .slice(0, 3)
      .map(
        ({ input, index, yours, autodiff, numeric }) =>
          ` Exact: ${input}[${index}] is ${yours ?? autodiff}, by dual numbers ${numeric ?? 'unknown'}`,
      );
  if (status === 'fail') return [];
  const elsewhere = points === null ? '' : `; proved ${nearbyWords(points)}`;
  return [` Exact check: ${verdict} (${cause})${elsewhere}`, ...seenLines(points)];
}

type Points = NonNullable<ExactOutcome['points']>;

const nearbyWords = ({ tried, proved, cause }: Points): string =>
  `at ${proved === tried ? '' : `${proved} of `}${count(tried, 'point')} near it${cause === null ? '' : ` (another: ${cause})`}`;

/** The branches seen on both sides at all points, by kernel. */
function seenLines(points: Points | null): string[] {
  const kernels = new Map<string, [bothSides: number, branches: number]>();
  for (const { kernel, branches, bothSides } of points?.seen ?? []) {
    const [seen, of] = kernels.get(kernel) ?? [0, 0];
    kernels.set(kernel, [seen + bothSides, of + branches]);
  }
  if (kernels.size === 0) return [];
  const words = [...kernels].map(([kernel, [seen, of]]) => `${seen} of ${of} of ${kernel}`);
  return [` Branches seen on both sides: ${words.join(', ')}`];
}

const MOST_NUMBERS = 6;

/** The point at which the gradient is wrong, unless it is at the inputs. */
function placeLines({ point }: Facts): string[] {
  if (point === null) return [];
  const shown = Object.entries(point.values).map(([name, values]) => {
    const rest = values.length > MOST_NUMBERS ? ', ...' : '';
    return `${name} = ${values.slice(0, MOST_NUMBERS).map(number).join(', ')}${rest}`;
  });
  return [` At point ${point.number} of ${point.of} near the inputs: ${shown.join('; ')}`];
}

/** Ties and single precision, which matter to every verdict. */
function circumstances({ kinks: { ties }, singlePrecision }: Facts): string[] {
  const lines: string[] = [];
  if (ties.elements > 0) {
    const tie = ties.elements === 1 ? 'ties' : 'tie';
    const outside =
      "; the gradient that TensorFlow.js takes there is not a subgradient: it is outside the convex hull of the pieces' gradients";
    lines.push(
      ` Ties: ${ties.elements} of ${count(ties.of, 'element')} ${tie}${ties.conventionIsSubgradient === false ? outside : ''}`,
    );
  }
  if (singlePrecision !== null)
    lines.push(
      ` float32 inside ${singlePrecision.where}: ${singlePrecision.outputs} of ${count(singlePrecision.of, 'output')} have 24 bits; the tolerances are wider for it`,
    );
  return lines;
}

function inconclusive(result: Facts): string[] {
  if (result.dependence !== null && isVacuous(result.dependence, result.inputs))
    return vacuous(result.dependence);
  const lines: string[] = [];
  for (const [name, input] of Object.entries(result.inputs)) {
    if (input.status !== 'inconclusive') continue;
    const parts = [
      input.undecided > 0 ? `${count(input.undecided, 'element')} undecided` : null,
      input.skipped > 0 ? `${count(input.skipped, 'element')} skipped at kinks` : null,
    ].filter((part) => part !== null);
    lines.push(` ${name} [${input.shape}]: ${parts.join(', ')} of ${input.size}`);
    if (input.worst?.status === 'undecided')
      lines.push(`   ${name}[${input.worst.index}]: ${input.worst.note}`);
  }
  const { policy, skipped, elements } = result.kinks;
  if (policy === 'error' && elements > 0)
    lines.push(` kinks: 'error': ${count(elements, 'element')} with a branch flip within x ± h`);
  else if (skipped > 0) lines.push(" kinks: 'freeze' checks the elements that 'skip' leaves out");
  return lines;
}

/** Says that nothing was tested, and the possible cause. */
function vacuous({ unused, unchecked }: Dependence): string[] {
  const cause =
    unchecked.length > 0
      ? `forward reads ${unchecked.join(', ')}: put it into \`variables\` to check it`
      : 'does forward use constants of its module instead of its inputs?';
  return [` The output does not depend on ${unused.join(', ')}: there is nothing to check`, ` ${cause}`];
}
