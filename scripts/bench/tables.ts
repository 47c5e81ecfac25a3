// The tables of a bench, which are those of the README, for the console and in Markdown.
import { alignedLines, markdownTable } from '../../src/system/text.ts';
import { NOTEBOOK, WHOLE_TRAINING } from './jobs.ts';
import type { BenchResult, ContenderResult, FirstCallResult, GrowthResult } from './result.ts';

interface Table {
  readonly caption: string;
  readonly columns: readonly { readonly label: string; readonly text?: boolean }[];
  readonly rows: readonly (readonly string[])[];
}

/** A measurement with three digits: 0.158, 12.3, 1,234. */
export const measured = (value: number): string =>
  value >= 1000 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toPrecision(3)));

/** A factor: 7.93x, 1,234x. */
export const times = (value: number): string => `${measured(value)}x`;

/** Microseconds in the most readable unit. */
function duration(microseconds: number): string {
  if (microseconds < 1000) return `${measured(microseconds)} us`;
  return microseconds < 1e6 ? `${measured(microseconds / 1e3)} ms` : `${measured(microseconds / 1e6)} s`;
}

const megabytes = (bytes: number): string => `${measured(bytes / 1e6)} MB`;
const versioned = ({ name, version }: ContenderResult): string =>
  version === null ? name : `${name} (${version})`;

/** Sorted by speed, those not measured last. */
const inOrder = (contenders: readonly ContenderResult[]): ContenderResult[] => {
  const time = ({ microsecondsPerStep }: ContenderResult): number =>
    microsecondsPerStep?.median ?? Number.POSITIVE_INFINITY;
  // Infinity - Infinity is NaN.
  return contenders.toSorted((a, b) => (time(a) === time(b) ? 0 : time(a) - time(b)));
};

function lossOf({ verdict, problem, loss }: ContenderResult): string {
  if (verdict === 'not measured') return problem ?? '';
  const off = loss?.difference === null ? 'not finite' : `off by ${(loss?.difference ?? 0).toExponential(0)}`;
  return verdict === 'same training' ? off : `SOMETHING ELSE: last loss ${off}`;
}

function speedTable({ contenders }: BenchResult): Table {
  const fused = contenders.find(({ id }) => id === 'fused')?.microsecondsPerStep?.median;
  const alike = contenders.filter(({ seed, runs }) => seed === 1 && runs === 1);
  const rows = inOrder(alike).map((contender) => {
    const { how, microsecondsPerStep: time, firstMilliseconds, epochs } = contender;
    const who = versioned(contender);
    if (time === null) return [who, how, '', '', '', '', '', `not measured: ${lossOf(contender)}`];
    const same = contender.verdict === 'same training';
    return [
      who,
      how,
      measured(time.median),
      `${measured(time.q1)} - ${measured(time.q3)}`,
      `${duration(time.median * WHOLE_TRAINING)}${epochs === NOTEBOOK.epochs ? '' : '*'}`,
      same && fused !== undefined ? times(time.median / fused) : '',
      duration((firstMilliseconds ?? 0) * 1e3),
      lossOf(contender),
    ];
  });
  return {
    caption: 'A training step of one sample, by everybody in turns (* scaled from a job of fewer epochs)',
    columns: [
      { label: 'who', text: true },
      { label: 'how', text: true },
      { label: 'us a step' },
      { label: 'middle half' },
      { label: '16,000 steps' },
      { label: 'of fused' },
      { label: 'first job' },
      { label: 'last loss', text: true },
    ],
    rows,
  };
}

function ratioTable({ ratios }: BenchResult): Table {
  return {
    caption: 'How many times as fast',
    columns: [{ label: 'ratio', text: true }, { label: 'measured' }, { label: 'from quartiles' }],
    rows: ratios.map(({ label, ratio, low, high }) =>
      ratio === null || low === null || high === null
        ? [label, 'not measured', '']
        : [label, times(ratio), `${times(low)} - ${times(high)}`],
    ),
  };
}

function sweepTable({ contenders }: BenchResult): Table {
  const sweeps = inOrder(contenders.filter(({ runs }) => runs > 1));
  return {
    caption: 'Many seeds on all cores, a whole training each',
    columns: [
      { label: 'who', text: true },
      { label: 'how', text: true },
      { label: 'seeds' },
      { label: 'ms a seed' },
      { label: 'middle half' },
      { label: 'losses', text: true },
    ],
    rows: sweeps.map((contender) => {
      const { how, runs, milliseconds } = contender;
      const who = versioned(contender);
      if (milliseconds === null)
        return [who, how, String(runs), '', '', `not measured: ${lossOf(contender)}`];
      const { median, q1, q3 } = milliseconds;
      return [
        who,
        how,
        String(runs),
        measured(median / runs),
        `${measured(q1 / runs)} - ${measured(q3 / runs)}`,
        lossOf(contender),
      ];
    }),
  };
}

function seedTable({ seeds }: BenchResult): Table {
  return {
    caption: 'The fused engine, seed by seed: what is left of a step that has 144 outputs',
    columns: [
      { label: 'seed' },
      { label: 'us a step' },
      { label: 'of seed 1' },
      { label: 'outputs evaluated' },
      { label: 'outputs gone back through' },
      { label: 'lists made' },
    ],
    rows: seeds.map(
      ({ seed, microsecondsPerStep, ofSeed1, outputsEvaluated, outputsGoneBack, listsMade }) => [
        String(seed),
        microsecondsPerStep === null ? '' : measured(microsecondsPerStep.median),
        ofSeed1 === null ? '' : times(ofSeed1),
        measured(outputsEvaluated),
        measured(outputsGoneBack),
        measured(listsMade),
      ],
    ),
  };
}

const parts = {
  load: 'load the code',
  prepare: 'compile, lay images out',
  train: 'train',
  all: 'all',
} as const satisfies Record<keyof FirstCallResult, string>;

function firstCallTable({ firstCall }: BenchResult): Table {
  const names = firstCall === null ? [] : (Object.keys(parts) as (keyof FirstCallResult)[]);
  return {
    caption: 'The first call of fused in a fresh process',
    columns: [{ label: 'part', text: true }, { label: 'ms' }, { label: 'middle half' }],
    rows: names.map((name) => {
      const { median, q1, q3 } = firstCall![name];
      return [parts[name], measured(median), `${measured(q1)} - ${measured(q3)}`];
    }),
  };
}

/** The name of each growth's size, and of the unit to which time is proportional. */
const growthWords = {
  samples: { size: 'samples', unit: 'step' },
  epochs: { size: 'epochs', unit: 'step' },
  kernelSize: { size: 'kernel side', unit: 'product' },
} as const satisfies Record<GrowthResult['by'], { size: string; unit: string }>;

/** The share of the variance explained by a line. */
const explained = (r2: number): string => `${(100 * r2).toFixed(2)}%`;
/** Nanoseconds per unit. */
const perUnit = (milliseconds: number, units: number): string => measured((1e6 * milliseconds) / units);

function growthTable({ by, points, lines }: GrowthResult): Table {
  const { size, unit } = growthWords[by];
  const straight =
    lines === null
      ? 'side 5 has code of its own'
      : `a straight line explains ${explained(lines.dense.r2)} of dense, ${explained(lines.skipping.r2)} of skipping`;
  return {
    caption: `The fused engine by ${size}: ${straight}`,
    columns: [
      { label: size },
      { label: 'ms' },
      { label: `ns a ${unit}` },
      { label: 'dense: ms' },
      { label: `dense: ns a ${unit}` },
    ],
    rows: points.map((point) => [
      String(point.value),
      measured(point.skipping),
      perUnit(point.skipping, point.units),
      measured(point.dense),
      perUnit(point.dense, point.units),
    ]),
  };
}

function memoryTable({ memory }: BenchResult): Table {
  return {
    caption: 'Peak of memory of a fresh process, the reading of the digits included',
    columns: [{ label: 'command', text: true }, { label: 'peak' }, { label: 'least - most' }],
    rows: memory.map(({ command, peakBytes: { median, min, max } }) => [
      command,
      megabytes(median),
      `${megabytes(min)} - ${megabytes(max)}`,
    ]),
  };
}

/** All tables that have rows. */
const tablesOf = (result: BenchResult): Table[] =>
  [
    speedTable(result),
    ratioTable(result),
    sweepTable(result),
    seedTable(result),
    firstCallTable(result),
    ...result.growth.map(growthTable),
    memoryTable(result),
  ].filter(({ rows }) => rows.length > 0);

/** One line: the data, the rounds, the machine. */
function summaryOf({ machine, repetitions, data, peers, seconds }: BenchResult): string {
  const { cpu, cores, memoryBytes, node, system, loadBefore, loadAfter } = machine;
  const digits = data === 'synthetic' ? 'SYNTHETIC digits' : data === 'usps' ? 'USPS' : 'digits of a file';
  return (
    `${digits}, seed 1; medians of ${repetitions} rounds${peers ? ', peers included' : ''}; ${cpu}, ${cores} cores, ` +
    `${measured(memoryBytes / 2 ** 30)} GiB, ${system}, Node ${node}, load ${loadBefore.toFixed(1)} before and ` +
    `${loadAfter.toFixed(1)} at the end; ${Math.round(seconds)} s`
  );
}

/** The bench as text for the console. */
export const formatBench = (result: BenchResult): string =>
  [`bench     ${summaryOf(result)}`, ...tablesOf(result).map(alignedTable)].join('\n\n');

const alignedTable = ({ caption, columns, rows }: Table): string =>
  [
    caption,
    ...alignedLines([columns.map(({ label }) => label), ...rows], (column) => !columns[column]!.text),
  ].join('\n');

/** The bench in Markdown: its tables with their captions, and a line about the machine. */
export const benchMarkdown = (result: BenchResult): string =>
  [...tablesOf(result).map(captioned), `${summaryOf(result)}.`].join('\n\n');

const captioned = ({ caption, columns, rows }: Table): string =>
  `${caption.replaceAll('*', '\\*')}:\n\n${markdownTable(columns, rows)}`;
