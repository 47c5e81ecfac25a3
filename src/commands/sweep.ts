import { join } from 'node:path';
import { engines } from '../notebook/engines/index.ts';
import { formatFailed, formatSweep } from '../notebook/sweep/format.ts';
import { pairText } from '../notebook/sweep/grid.ts';
import { merged, type Source } from '../notebook/sweep/merge.ts';
import { planSweep } from '../notebook/sweep/plan.ts';
import { isWhole, shardText, sizeOf, WHOLE } from '../notebook/sweep/shard.ts';
import { sweep } from '../notebook/sweep/sweep.ts';
import { prepareOutputs, readResult, withListsInLines, writeResult } from '../results/file.ts';
import { packageVersion, provenanceOf } from '../results/provenance.ts';
import { type SweepResult, sweepSchema } from '../results/sweep.ts';
import { EXIT, type ExitCode, usageFailure } from '../system/errors.ts';
import { tfjsVersion } from '../tfjs/tfjs.ts';
import type { Console } from './console.ts';
import { loadImages, titleOf } from './problem.ts';
import type { Stop } from './signals.ts';
import { type SweepSettings, sweepCommandOf, sweepConfigOf } from './sweepSettings.ts';

/**
 * `backproof sweep`: many runs over all cores, into sweep.json. A sweep that was stopped goes on.
 *
 * @param workerFile another program for the threads; for tests
 */
export async function sweepCommand(
  settings: SweepSettings,
  console: Console,
  stop: Stop,
  workerFile?: string,
): Promise<ExitCode> {
  const startedAt = new Date();
  const { grid, shard, out, workers } = settings;
  await prepareOutputs(out);
  const dataset = await loadImages(settings, console, stop.signal);
  const config = sweepConfigOf({
    ...settings,
    data: settings.data === 'auto' ? dataset.source : settings.data,
  });
  const plan = planSweep(dataset, grid, shard, config);
  const { perClass, pairs, learningRates } = config;
  console.say(
    `data      ${titleOf(dataset.source, settings.data)}: ${perClass} images of each digit, out of ${dataset.train.count}`,
  );
  const part = isWhole(shard) ? '' : `; shard ${shardText(shard)} has ${sizeOf(shard, grid.count)} of them`;
  console.say(
    `sweep     ${grid.count} runs: seeds ${grid.seeds}, digits ${pairs.map(pairText).join(', ')}, learning rate ` +
      `${learningRates.join(', ')}${part}`,
  );
  const progress = console.progress('sweep');
  let result: SweepResult | undefined;
  await sweep(plan, {
    out,
    workers,
    version: await packageVersion(),
    signal: stop.signal,
    workerFile,
    onTakenOver: (runs) =>
      console.notice(`RESUMED   ${runs} runs are taken over from the sweep that was stopped`),
    onProgress: (done, total, dead) => progress.update(done, total, `${dead} dead`),
    write: async (made) => {
      const command = sweepCommandOf(config, shard, out);
      result = await writeSweep(made, command, startedAt, out);
    },
  }).finally(() => progress.done());
  return say(result!, out, console, stop.exitCode());
}

/** `backproof sweep --merge`: the sweep.json files of all shards as one. */
export async function mergeCommand(
  files: readonly string[],
  out: string,
  console: Console,
): Promise<ExitCode> {
  const startedAt = new Date();
  const sources: Source[] = [];
  for (const file of files) {
    const result = await readResult(file, sweepSchema, 'backproof/sweep/1');
    if (!result)
      throw usageFailure(
        `--merge ${file}: expected a sweep.json, got a file that is not there; check the path`,
      );
    sources.push({ file, result });
  }
  const whole = merged(sources);
  await prepareOutputs(out);
  const result = await writeSweep(whole, sweepCommandOf(whole.config, WHOLE, out), startedAt, out);
  return say(result, out, console, null);
}

async function writeSweep(
  made: Omit<SweepResult, 'provenance'>,
  command: string,
  startedAt: Date,
  out: string,
): Promise<SweepResult> {
  const provenance = await provenanceOf({
    tfjs: tfjsVersion,
    backend: 'none',
    backendReason: `${engines.fused.by}, no TensorFlow.js`,
    command,
    startedAt,
  });
  const result = { ...made, provenance };
  await writeResult(join(out, 'sweep.json'), sweepSchema, result, withListsInLines);
  return result;
}

function say(result: SweepResult, out: string, console: Console, stopped: 130 | 143 | null): ExitCode {
  for (const line of formatSweep(result)) console.say(line);
  for (const line of formatFailed(result)) console.notice(line);
  if (result.partial) console.notice(`PARTIAL   ${result.partial.message}`);
  console.say(`written   ${join(out, 'sweep.json')}`);
  console.json(result);
  if (result.partial && stopped !== null) return stopped;
  return result.failed.length > 0 ? EXIT.fault : EXIT.done;
}
