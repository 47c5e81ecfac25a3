import { rename, rm, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { usageFailure } from '../system/errors.ts';
import { fileFailure } from '../system/fileFailure.ts';
import { readText } from '../system/readText.ts';
import { temporaryBeside } from './outputs.ts';

/**
 * Writes a file completely or not at all: to a temporary file beside it, which is flushed to disk before it is renamed.
 *
 * @throws Failure (environment) if the disk is full, broken or read-only; (usage) for an invalid path
 */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = temporaryBeside(path);
  try {
    await writeFile(temporary, content, { flush: true });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary).catch(() => undefined);
    throw fileFailure(`${path}: expected a file that can be written`, error, 'choose another --out');
  }
}

/** Validates a result against its schema and writes it. `text` formats it: by default with one line per value. */
export async function writeResult<T>(
  path: string,
  schema: z.ZodType<T>,
  result: T,
  text: (value: unknown) => string = (value) => JSON.stringify(value, null, 1),
): Promise<void> {
  await writeWhole(path, `${text(schema.parse(result))}\n`);
}

/** JSON with each list of plain values on one line, for columns of thousands of numbers. */
export function withListsInLines(value: unknown, indent = '\n'): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inside = `${indent} `;
  if (Array.isArray(value)) {
    if (value.every((item) => typeof item !== 'object' || item === null)) return JSON.stringify(value);
    return `[${value.map((item) => inside + withListsInLines(item, inside)).join(',')}${indent}]`;
  }
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  const lines = entries.map(
    ([key, item]) => `${inside}${JSON.stringify(key)}: ${withListsInLines(item, inside)}`,
  );
  return lines.length === 0 ? '{}' : `{${lines.join(',')}${indent}}`;
}

/**
 * Reads a result; undefined if the file does not exist.
 *
 * @param again how to make such a file, for messages
 * @throws Failure (usage) for a file that is not JSON, has another schema or version, or does not fit its schema
 */
export async function readResult<T extends { schema: string }>(
  path: string,
  schema: z.ZodType<T>,
  expected: T['schema'],
  again = 'make it anew with backproof run',
): Promise<T | undefined> {
  const text = await readText(path, path);
  if (text === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw usageFailure(`${path}: expected JSON, got ${(error as Error).message}; ${again}`);
  }
  const found = z.looseObject({ schema: z.string() }).safeParse(value).data?.schema ?? 'no schema';
  if (found !== expected) {
    throw usageFailure(
      `${path}: expected schema ${expected}, got ${JSON.stringify(found)}; make it anew with this version of ` +
        'backproof, or read it with the version that wrote it',
    );
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw usageFailure(
    `${path}: expected ${expected}, got a mistake at ${issue?.path.join('.') || 'its top'}: ${issue?.message}; ${again}`,
  );
}
