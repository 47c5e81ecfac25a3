import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { configOf, defaults, readSettings, repeating } from '../../src/commands/settings.ts';
import { scratchFolders } from '../support/cli.ts';

const scratch = scratchFolders();
const fileOf = async (content: string): Promise<string> => {
  const file = join(await scratch(), 'run.json');
  await writeFile(file, content);
  return file;
};

it('a setting is that of its flag, else of the file, else the default', async () => {
  const file = await fileOf('{ "epochs": 7, "seed": 3 }');
  expect(await readSettings({ seed: '5' }, file)).toMatchObject({ epochs: 7, seed: 5, perClass: 100 });
});

it.each([
  ['{', ': expected a JSON file, got '],
  ['null', ': expected a JSON object, got null'],
  ['[1]', ': expected a JSON object, got a list'],
  ['3', ': expected a JSON object, got 3'],
  ['{ "epoch": 3 }', ', got epoch (did you mean epochs?)'],
  ['{ "epochs": 0 }', ': epochs: expected '],
])('a file that holds %s is refused', async (content, message) => {
  const file = await fileOf(content);
  const error = await readSettings({}, file).then(String, String);
  expect(error).toContain(`${file}: `);
  expect(error).toContain(message);
});

it('the command that repeats a run names its folder where that is not the default', () => {
  const inDefault = repeating('train', defaults, configOf(defaults));
  expect(inDefault).not.toContain('--out');
  expect(repeating('train', { ...defaults, out: 'here' }, configOf(defaults))).toBe(
    `${inDefault} --out here`,
  );
});

it('a file that is not there is refused', async () => {
  const file = join(await scratch(), 'none.json');
  await expect(readSettings({}, file)).rejects.toThrow(
    `--config ${file}: expected a JSON file, got none there; check the path`,
  );
});
