import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { differingSettings, type ReportResults, renderReport, trainAside } from '../report/index.ts';
import { writePictures } from '../report/pictures.ts';
import { auditSchema } from '../results/audit.ts';
import { compareSchema } from '../results/compare.ts';
import { readResult, writeWhole } from '../results/file.ts';
import { prepareOutputs } from '../results/outputs.ts';
import { sweepSchema } from '../results/sweep.ts';
import { trainSchema } from '../results/train.ts';
import { EXIT, type ExitCode, usageFailure } from '../system/errors.ts';
import { openPage } from '../system/openPage.ts';
import type { Console } from './console.ts';
import { defaults } from './settings.ts';

/** Options of the report. */
export interface ReportFlags {
  readonly from?: readonly string[];
  readonly out?: string;
  readonly open: boolean;
  readonly png: boolean;
}

/** `backproof report`: makes HTML from the JSON files of a folder, or of two folders to compare two runs. */
export async function reportCommand(flags: ReportFlags, console: Console): Promise<ExitCode> {
  const [from = defaults.out, second, ...more] = flags.from ?? [];
  if (more.length > 0) {
    throw usageFailure(
      `--from: expected one folder or two, got ${more.length + 2}; compare two runs at a time`,
    );
  }
  const results = await readFolder(from);
  if (!results.train && !results.compare && !results.sweep) {
    throw usageFailure(
      `--from ${from}: expected train.json, compare.json or sweep.json in it, got none; make them with backproof run or sweep --out ${from}`,
    );
  }
  const differing = differingSettings(results);
  if (differing.length > 0) {
    console.notice(
      `report    train.json and compare.json are of different runs (${differing.join(', ')}): the page says so; ` +
        'make both again with backproof run',
    );
  }
  const other = second === undefined ? undefined : await readOther(second, from, results);
  const out = flags.out ?? from;
  const report = await writeReport({ ...results, other }, out, console);
  const pictures = flags.png ? await writePictures(report, join(out, 'pictures')) : [];
  for (const picture of pictures) console.say(`picture   ${picture}`);
  if (flags.open) await openPage(report);
  console.json({ schema: 'backproof/report/1', report, pictures });
  return EXIT.done;
}

async function readFolder(folder: string): Promise<ReportResults> {
  return {
    train: await readResult(join(folder, 'train.json'), trainSchema, 'backproof/train/1'),
    compare: await readResult(join(folder, 'compare.json'), compareSchema, 'backproof/compare/1'),
    sweep: await readResult(join(folder, 'sweep.json'), sweepSchema, 'backproof/sweep/1'),
    audit: await readResult(join(folder, 'audit.json'), auditSchema, 'backproof/audit/1'),
  };
}

/** Reads both runs' train.json and returns the second one. @throws Failure (usage) if either is missing */
async function readOther(
  second: string,
  first: string,
  results: ReportResults,
): Promise<NonNullable<ReportResults['other']>> {
  const other = await readResult(join(second, 'train.json'), trainSchema, 'backproof/train/1');
  if (results.train !== undefined && other !== undefined) return other;
  const lacking = results.train === undefined ? first : second;
  throw usageFailure(
    `--from ${lacking}: expected train.json in it, to lay two runs over each other, got none; make it with ` +
      `backproof train --out ${lacking}`,
  );
}

/**
 * Renders and writes report.html, and prints its path; first trains with every mistake, unless those results are given.
 */
export async function writeReport(results: ReportResults, out: string, console: Console): Promise<string> {
  const path = resolve(out, 'report.html');
  const { train, everyMistake = train && (await trainAside(train).result) } = results;
  const html = renderReport({ ...results, everyMistake });
  await prepareOutputs(out);
  await writeWhole(path, html);
  console.say(`report    ${pathToFileURL(path).href}`);
  return path;
}
