import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { EXIT, type ExitCode, usageFailure } from '../errors.ts';
import { differingSettings, type ReportResults, renderReport } from '../report/index.ts';
import { auditSchema } from '../results/audit.ts';
import { compareSchema } from '../results/compare.ts';
import { prepareOutputs, readResult, writeWhole } from '../results/file.ts';
import { trainSchema } from '../results/train.ts';
import type { Console } from './console.ts';

/** `backproof report`: HTML out of the JSON files of a folder, written into `out`. */
export async function reportCommand(from: string, out: string, console: Console): Promise<ExitCode> {
  const train = await readResult(join(from, 'train.json'), trainSchema, 'backproof/train/1');
  const compare = await readResult(join(from, 'compare.json'), compareSchema, 'backproof/compare/1');
  const audit = await readResult(join(from, 'audit.json'), auditSchema, 'backproof/audit/1');
  if (train === undefined && compare === undefined) {
    throw usageFailure(
      `--from ${from}: expected train.json or compare.json in it, got neither; make them with backproof run --out ${from}`,
    );
  }
  const differing = differingSettings({ train, compare });
  if (differing.length > 0) {
    console.notice(
      `report    train.json and compare.json are of different runs (${differing.join(', ')}): the page says so; ` +
        'make both anew with backproof run',
    );
  }
  await writeReport({ train, compare, audit }, out, console);
  return EXIT.done;
}

/** Renders and writes report.html, and says where it is. */
export async function writeReport(results: ReportResults, out: string, console: Console): Promise<string> {
  const path = resolve(out, 'report.html');
  const html = renderReport(results);
  await prepareOutputs(out);
  await writeWhole(path, html);
  console.say(`report    ${pathToFileURL(path).href}`);
  return path;
}
