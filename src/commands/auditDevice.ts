import { mkdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { auditPage, formatDevice, mergeDevice } from '../audit/index.ts';
import { auditSchema, deviceAuditSchema } from '../results/audit.ts';
import { readResult, writeResult, writeWhole } from '../results/file.ts';
import { EXIT, type ExitCode, usageFailure } from '../system/errors.ts';
import type { Console } from './console.ts';

/** `backproof audit --page [FILE]`: writes the page that audits the device on which it is opened. */
export async function writeAuditPage(file: string, console: Console): Promise<ExitCode> {
  if ((await stat(file).catch(() => null))?.isDirectory())
    throw usageFailure(`--page ${file}: expected a file to write, got a folder; name a file in it`);
  const html = await auditPage();
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeWhole(file, html);
  } catch (error) {
    throw usageFailure(
      `--page ${file}: expected a file that can be written, got ${(error as Error).message}; name another`,
    );
  }
  console.say(
    `written   ${file} (${(html.length / 1e6).toFixed(1)} MB): open it on the device to be audited`,
  );
  console.json({ file, bytes: Buffer.byteLength(html) });
  return EXIT.done;
}

/** `backproof audit --merge FILE`: adds the JSON of that page to audit.json. */
export async function mergeAudit(file: string, folder: string, console: Console): Promise<ExitCode> {
  const path = join(folder, 'audit.json');
  const device = await readResult(file, deviceAuditSchema, 'backproof/audit-device/1', FROM_PAGE);
  if (device === undefined)
    throw usageFailure(
      `--merge ${file}: expected the JSON of an audited device, got no such file; ${FROM_PAGE}`,
    );
  const before = await readResult(path, auditSchema, 'backproof/audit/1', FROM_AUDIT);
  if (before === undefined)
    throw usageFailure(`--merge: expected ${path} to merge into, got no such file; ${FROM_AUDIT}`);
  const merged = mergeDevice(before, device);
  await writeResult(path, auditSchema, merged);
  const { summary, partial } = merged.devices.at(-1)!;
  for (const line of formatDevice(merged.devices.at(-1)!)) console.say(line);
  console.say(`written   ${path}`);
  console.json(merged);
  if (summary.verdict === 'fail') return EXIT.disagreement;
  return partial === null ? EXIT.done : EXIT.inconclusive;
}

const FROM_PAGE = 'copy it from the page that backproof audit --page writes';
const FROM_AUDIT = 'run backproof audit first';
