import { join } from 'node:path';
import { engines } from '../notebook/engines/index.ts';
import { formatSweep } from '../notebook/sweep/format.ts';
import { pairText } from '../notebook/sweep/grid.ts';
import { planSweep, sweep } from '../notebook/sweep/sweep.ts';
import { withListsInLines, writeResult } from '../results/file.ts';
import { prepareOutputs } from '../results/outputs.ts';
import { provenanceOf } from '../results/provenance.ts';
import { sweepSchema } from '../results/sweep.ts';
import { EXIT, type ExitCode } from '../system/errors.ts';
import { tfjsVersion } from '../tfjs/tfjs.ts';
import type { Console } from './console.ts';
import { loadImages, titleOf } from './problem.ts';
import type { Stop } from './signals.ts';
import { type SweepSettings, sweepCommandOf, sweepConfigOf } from './sweepSettings.ts';

/** `backproof sweep`: makes many runs over all cores, and writes sweep.json. */
export async function sweepCommand(settings: SweepSettings, console: Console, stop: Stop): Promise<ExitCode> {
  const startedAt = new Date();
  const { grid, out, workers } = settings;
  await prepareOutputs(out);
  const dataset = await loadImages(settings, console, stop.signal);
  const data = settings.data === 'auto' ? dataset.source : settings.data;
  const config = sweepConfigOf({ ...settings, data });
  const plan = planSweep(dataset, grid, config);
  const { perClass, pairs, learningRates } = config;
  console.say(
    `data      ${titleOf(dataset.source, settings.data)}: ${perClass} images of each digit, out of ${dataset.train.count}`,
  );
  console.say(
    `sweep     ${grid.count} runs: seeds ${grid.seeds}, digits ${pairs.map(pairText).join(', ')}, learning rate ` +
      learningRates.join(', '),
  );
  const progress = console.progress('sweep');
  const made = await sweep(plan, {
    workers,
    signal: stop.signal,
    onProgress: (done, total, dead) => progress.update(done, total, `${dead} dead`),
  }).finally(() => progress.done());
  const provenance = await provenanceOf({
    tfjs: tfjsVersion,
    backend: 'none',
    backendReason: `${engines.fused.by}, no TensorFlow.js`,
    command: sweepCommandOf(config, out),
    startedAt,
  });
  const result = { ...made, provenance };
  await writeResult(join(out, 'sweep.json'), sweepSchema, result, withListsInLines);
  for (const line of formatSweep(result)) console.say(line);
  if (result.partial) console.notice(`PARTIAL   ${result.partial.message}`);
  console.say(`written   ${join(out, 'sweep.json')}`);
  console.json(result);
  return (result.partial && stop.exitCode()) ?? EXIT.done;
}
