import type { BenchResult, ContenderResult, GrowthResult } from './bench.ts';

/** A table of a bench, for the console, Markdown and the page alike. */
export interface BenchTable {
  readonly caption: string;
  readonly columns: readonly { readonly label: string; readonly text?: boolean }[];
  readonly rows: readonly (readonly string[])[];
}

/** The steps of the notebook's whole training. */
export const WHOLE_TRAINING = 16_000;

/** A measured size with three digits: 0.158, 12.3, 1,234. */
export const measured = (value: number): string =>
  value >= 1000 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toPrecision(3)));

/** How many times: 7.93x, 1,234x. */
export const times = (value: number | null): string => (value === null ? '' : `${measured(value)}x`);

/** Microseconds in the unit that reads best. */
export function duration(microseconds: number): string {
  if (microseconds < 1000) return `${measured(microseconds)} us`;
  return microseconds < 1e6 ? `${measured(microseconds / 1e3)} ms` : `${measured(microseconds / 1e6)} s`;
}

const megabytes = (bytes: number): string => `${measured(bytes / 1e6)} MB`;
const versioned = ({ name, version }: ContenderResult): string =>
  version === null ? name : `${name} (${version})`;

/** Everybody in the order of speed, who was not measured last. */
export const inOrder = (contenders: readonly ContenderResult[]): ContenderResult[] => {
  const time = ({ microsecondsPerStep }: ContenderResult): number =>
    microsecondsPerStep?.median ?? Number.POSITIVE_INFINITY;
  // Two infinities have no difference.
  return contenders.toSorted((a, b) => (time(a) === time(b) ? 0 : time(a) - time(b)));
};

/** The contender by whose time the others' are told. */
export const fusedOf = ({ contenders }: BenchResult): ContenderResult | undefined =>
  contenders.find(({ id }) => id === 'fused');

/** Contenders that train one run of seed 1: what is held against each other. */
export const alike = ({ contenders }: BenchResult): ContenderResult[] =>
  contenders.filter(({ seed, runs }) => seed === 1 && runs === 1);

function lossOf({ verdict, problem, loss }: ContenderResult): string {
  if (verdict === 'not measured') return problem ?? '';
  const off = loss?.difference === null ? 'not finite' : `off by ${(loss?.difference ?? 0).toExponential(0)}`;
  return verdict === 'same training' ? off : `SOMETHING ELSE: last loss ${off}`;
}

function speedTable(result: BenchResult): BenchTable {
  const fused = fusedOf(result)?.microsecondsPerStep?.median;
  const rows = inOrder(alike(result)).map((contender) => {
    const { how, microsecondsPerStep: time, firstMilliseconds, epochs } = contender;
    const who = versioned(contender);
    if (time === null) return [who, how, '', '', '', '', '', `not measured: ${lossOf(contender)}`];
    const same = contender.verdict === 'same training';
    return [
      who,
      how,
      measured(time.median),
      `${measured(time.q1)} - ${measured(time.q3)}`,
      `${duration(time.median * WHOLE_TRAINING)}${epochs === 80 ? '' : '*'}`,
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

function ratioTable({ ratios }: BenchResult): BenchTable {
  return {
    caption: 'How many times as fast',
    columns: [
      { label: 'ratio', text: true },
      { label: 'measured' },
      { label: 'from quartiles' },
      { label: 'at least' },
      { label: 'aim' },
    ],
    rows: ratios.map(({ label, ratio, low, high, atLeast, aimFor }) => [
      label,
      ratio === null ? 'not measured' : times(ratio),
      ratio === null ? '' : `${times(low)} - ${times(high)}`,
      times(atLeast),
      times(aimFor),
    ]),
  };
}

function sweepTable({ contenders }: BenchResult): BenchTable {
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

function seedTable(result: BenchResult): BenchTable {
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
    rows: result.seeds.map(({ seed, contender, ofSeed1, outputsEvaluated, outputsGoneBack, listsMade }) => {
      const time = result.contenders.find(({ id }) => id === contender)?.microsecondsPerStep;
      return [
        String(seed),
        time ? measured(time.median) : '',
        times(ofSeed1),
        measured(outputsEvaluated),
        measured(outputsGoneBack),
        measured(listsMade),
      ];
    }),
  };
}

function firstCallTable({ firstCall }: BenchResult): BenchTable {
  const parts = {
    load: 'load the code',
    prepare: 'compile, lay images out',
    train: 'train',
    all: 'all',
  } as const;
  const names = Object.keys(parts) as (keyof typeof parts)[];
  return {
    caption: `The first call of fused in a fresh process (at most ${firstCall?.atMost} ms, aim ${firstCall?.aimFor} ms)`,
    columns: [{ label: 'part', text: true }, { label: 'ms' }, { label: 'middle half' }],
    rows: names.flatMap((name) => {
      const spread = firstCall?.[name];
      return spread
        ? [[parts[name], measured(spread.median), `${measured(spread.q1)} - ${measured(spread.q3)}`]]
        : [];
    }),
  };
}

/** By what each growth is measured, in words: the size itself and what time is in proportion to. */
export const growthWords = {
  samples: { size: 'samples', unit: 'step' },
  epochs: { size: 'epochs', unit: 'step' },
  kernelSize: { size: 'kernel side', unit: 'product' },
} as const satisfies Record<GrowthResult['by'], { size: string; unit: string }>;

/** The share of the variance that a line explains. */
const explained = (r2: number): string => `${(100 * r2).toFixed(2)}%`;
/** Nanoseconds for each unit. */
const perUnit = (milliseconds: number, units: number): string => measured((1e6 * milliseconds) / units);

/** A growth as a table. */
export function growthTable({ by, points, lines }: GrowthResult): BenchTable {
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

function memoryTable({ memory }: BenchResult): BenchTable {
  return {
    caption: 'Peak of memory of a fresh process, the reading of the digits included',
    columns: [{ label: 'command', text: true }, { label: 'peak' }, { label: 'least - most' }],
    rows: memory.map(({ what, peakBytes: { median, min, max } }) => [
      what,
      megabytes(median),
      `${megabytes(min)} - ${megabytes(max)}`,
    ]),
  };
}

/** All tables that have a row, but for those of growth. */
export const mainTables = (result: BenchResult): BenchTable[] =>
  [
    speedTable(result),
    ratioTable(result),
    sweepTable(result),
    seedTable(result),
    firstCallTable(result),
    memoryTable(result),
  ].filter(({ rows }) => rows.length > 0);

/** All tables that have a row. */
export const benchTables = (result: BenchResult): BenchTable[] => [
  ...mainTables(result),
  ...result.growth.map(growthTable),
];

/** What was measured, on what, in one line. */
export function benchLine({ machine, repetitions, data, peers, seconds }: BenchResult): string {
  const { cpu, cores, memoryBytes, node, system, loadBefore, loadAfter } = machine;
  const digits =
    data.source === 'synthetic' ? 'SYNTHETIC digits' : data.source === 'usps' ? 'USPS' : 'digits of a file';
  return (
    `${digits}, seed 1; medians of ${repetitions} rounds${peers ? ', peers included' : ''}; ${cpu}, ${cores} cores, ` +
    `${measured(memoryBytes / 2 ** 30)} GiB, ${system}, Node ${node}, load ${loadBefore.toFixed(1)} before and ` +
    `${loadAfter.toFixed(1)} at the end; ${Math.round(seconds)} s`
  );
}
