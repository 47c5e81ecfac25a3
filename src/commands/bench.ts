import { join } from 'node:path';
import { bench, benchMarkdown, formatBench } from '../bench/index.ts';
import { describeMachine, loadNow } from '../bench/machine.ts';
import { ourContenders } from '../bench/ours.ts';
import { peerIds } from '../bench/peers.ts';
import { type BenchResult, benchSchema } from '../results/bench.ts';
import { prepareOutputs, writeResult } from '../results/file.ts';
import { provenanceOf } from '../results/provenance.ts';
import { EXIT, type ExitCode } from '../system/errors.ts';
import { tfjsVersion } from '../tfjs/tfjs.ts';
import type { Console } from './console.ts';
import { prepareProblem } from './problem.ts';
import { commandOf, configOf, readSettings } from './settings.ts';
import type { Stop } from './signals.ts';
import { choice, integer } from './values.ts';

/** What the bench can be told. */
export interface BenchFlags {
  readonly data?: string;
  readonly out?: string;
  readonly offline?: boolean;
  readonly peers: boolean;
  readonly only?: string;
  readonly repetitions: string;
  readonly markdown: boolean;
}

/** `backproof bench`: how fast everybody trains the network, in turns. */
export async function benchCommand(flags: BenchFlags, console: Console, stop: Stop): Promise<ExitCode> {
  const startedAt = new Date();
  const loadBefore = loadNow();
  const repetitions = integer('an integer 1..1000', 1, 1000)('--repetitions', flags.repetitions);
  const { data, out, offline, markdown, peers } = flags;
  const only = readOnly(flags);
  const asked = await readSettings({ data, out, offline, engine: 'fused' });
  await prepareOutputs(asked.out);
  const aside = markdown ? { ...console, say: () => {} } : console;
  const { images, settings, summary } = await prepareProblem(asked, aside, stop.signal);
  const findings = await bench({
    digits: { images, ...settings },
    data: settings.data,
    peers,
    only,
    repetitions,
    signal: stop.signal,
    progress: console.progress,
  });
  const command = commandOf('bench', { ...asked, engine: 'manual' });
  const result: BenchResult = {
    schema: 'backproof/bench/1',
    config: configOf(settings),
    data: summary,
    provenance: await provenanceOf({
      tfjs: tfjsVersion,
      backend: 'none',
      backendReason: 'every contender runs in a process of its own',
      command: [
        command,
        ...(peers ? ['--peers'] : []),
        ...(only === undefined ? [] : [`--only ${only.join(',')}`]),
        `--repetitions ${repetitions}`,
      ].join(' '),
      startedAt,
    }),
    machine: describeMachine(loadBefore),
    peers,
    repetitions,
    ...findings,
  };
  const path = join(asked.out, 'bench.json');
  await writeResult(path, benchSchema, result);
  if (markdown) console.say(benchMarkdown(result));
  else {
    for (const line of formatBench(result)) console.say(line);
    console.say(`written   ${path}`);
  }
  for (const line of warnings(result)) console.notice(line);
  console.json(result);
  const wrong = result.contenders.some(
    ({ side, verdict }) => side === 'ours' && verdict === 'something else',
  );
  return stop.exitCode() ?? (wrong ? EXIT.disagreement : EXIT.done);
}

/** The contenders of a list apart by commas; undefined for all. */
function readOnly({ only, peers }: BenchFlags): string[] | undefined {
  if (only === undefined) return undefined;
  const read = choice([...ourContenders().map(({ id }) => id), ...(peers ? peerIds : [])]);
  return [...new Set(only.split(',').map((name) => read('--only', name.trim())))];
}

/** What must be known whatever else is kept back. */
const warnings = ({ contenders, partial }: BenchResult): string[] => [
  ...contenders.flatMap(({ name, how, verdict, problem, loss }) => {
    if (verdict === 'not measured') return partial === null ? [`MISSING   ${name} (${how}): ${problem}`] : [];
    if (verdict === 'same training') return [];
    return [
      `ODD       ${name} (${how}) computes something else: last loss ${loss?.came}, expected ${loss?.expected}; ` +
        'its time is used nowhere',
    ];
  }),
  ...(partial === null ? [] : [`PARTIAL   ${partial}`]),
];
