import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { backproof, scratchFolders } from '../support/cli.ts';

const scratch = scratchFolders();
const line = (label: string, values: number, value: (at: number) => string = () => '-1') =>
  `${label} ${Array.from({ length: values }, (_, at) => `${at + 1}:${value(at)}`).join(' ')}\n`;
const good = [line('2', 256), line('9', 256)].join('');

/** Files that the arguments below refer to. */
const files: Record<string, string | Buffer> = {
  'short.txt': line('2', 255),
  'long.txt': line('2', 257),
  'order.txt': line('2', 256).replace('5:-1', '4:-1'),
  'twice.txt': line('2', 256).replace('6:-1', '5:-1'),
  'label.txt': line('11', 256),
  'nan.txt': line('2', 256, (at) => (at === 3 ? 'NaN' : '0')),
  'range.txt': line('2', 256, (at) => (at === 3 ? '1.5' : '0')),
  'empty.txt': '',
  'few.txt': good,
  'corrupt.bz2': Buffer.concat([Buffer.from('BZh91AY&SY'), Buffer.alloc(400, 7)]),
  'unknown-key.json': '{"sede": 3}',
  'broken.json': '{"seed": ',
  'other-engine.json': '{"engine": "manual"}',
  'bad-value.json': '{"epochs": "many"}',
};

let folder: string;
beforeAll(async () => {
  folder = await scratch();
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  await mkdir(join(folder, 'bare'));
  await mkdir(join(folder, 'newer'));
  await writeFile(join(folder, 'newer', 'train.json'), '{"schema": "backproof/train/2"}');
  await mkdir(join(folder, 'out'));
  await writeFile(join(folder, 'out', 'train.json'), 'earlier');
});

// Arguments, and patterns for the one line of output: what was expected, what came, or what to do.
const usage: [string, string, RegExp[]][] = [
  ['a missing path', 'train --data nowhere', [/nowhere/, /expected/]],
  ['a folder without the files', 'train --data bare', [/usps\.bz2/, /bare/]],
  ['a corrupt bzip2', 'train --data corrupt.bz2', [/corrupt\.bz2/]],
  ['255 values', 'train --data short.txt', [/256/, /255/, /1/]],
  ['257 values', 'train --data long.txt', [/256/, /257/]],
  ['features out of order', 'train --data order.txt', [/5/, /4/]],
  ['a feature twice', 'train --data twice.txt', [/6/, /5/]],
  ['a label 11', 'train --data label.txt', [/1\.\.10/, /11/]],
  ['NaN', 'train --data nan.txt', [/NaN/]],
  ['a value outside [-1, 1]', 'train --data range.txt', [/\[-1, 1\]/, /1\.5/]],
  ['an empty file', 'train --data empty.txt', [/empty\.txt/]],
  ['too few images', 'train --data few.txt', [/--per-class/, /100/]],
  ['the same digit twice', 'train --data synthetic --positive 3 --negative 3', [/--negative/, /3/]],
  ['a digit 12', 'train --positive 12', [/--positive: expected a digit 0\.\.9, got 12/]],
  ['--epochs 0', 'train --epochs 0', [/--epochs: expected an integer 1\.\.100000, got 0/]],
  ['--epochs 1e9', 'train --epochs 1e9', [/--epochs: expected .*, got 1e9/]],
  ['--epochs abc', 'train --epochs abc', [/--epochs: expected .*, got abc/]],
  ['a negative learning rate', 'train --learning-rate=-1', [/--learning-rate: expected .*, got -1/]],
  [
    'an infinite learning rate',
    'train --learning-rate Infinity',
    [/--learning-rate: expected .* got Infinity/],
  ],
  ['--kernel-size 0', 'train --kernel-size 0', [/--kernel-size: expected an odd integer 1\.\.15, got 0/]],
  ['--kernel-size 17', 'train --kernel-size 17', [/--kernel-size: expected an odd integer 1\.\.15, got 17/]],
  ['--kernel-size 4', 'train --kernel-size 4', [/--kernel-size: expected an odd integer 1\.\.15, got 4/]],
  ['an unknown engine', 'train --engine manul', [/--engine: expected one of .*\(did you mean manual/]],
  ['an unknown backend', 'train --backend wsam', [/--backend: expected one of .*\(did you mean wasm/]],
  ['an unknown loss', 'train --loss logit', [/--loss: expected one of .*\(did you mean logits/]],
  ['an unknown flag', 'train --epoch 3', [/--epoch/, /--epochs/]],
  ['an unknown command', 'trian', [/trian/, /train/]],
  ['manual with the logged loss', 'train --data synthetic --loss logged', [/--engine autodiff/]],
  ['an output folder that is a file', 'train --data synthetic --out few.txt', [/--out few\.txt/]],
  ['an unknown key in the configuration', 'train --config unknown-key.json', [/sede/, /did you mean seed/]],
  ['a configuration that is no JSON', 'train --config broken.json', [/broken\.json: expected a JSON file/]],
  ['a bad value in the configuration', 'train --config bad-value.json', [/bad-value\.json: epochs/, /many/]],
  [
    'seeds backwards',
    'sweep --data synthetic --seeds 5-1',
    [/--seeds: .* got 5-1: .* ends before it begins/],
  ],
  [
    'a seed of 2^32',
    'sweep --data synthetic --seeds 4294967296',
    [/--seeds: expected seeds 0\.\.4294967295/],
  ],
  ['a pair of one digit', 'sweep --data synthetic --pairs 3v3', [/--pairs: expected .* 1v8,3v5, .* got 3v3/]],
  ['seeds and a seed', 'sweep --data synthetic --seeds 0-9 --seed 1', [/--seeds: .* got --seed as well/]],
  ['a learning rate 0', 'sweep --data synthetic --learning-rates 0.1,0', [/--learning-rates: .* got 0/]],
  ['no threads', 'sweep --data synthetic --workers 0', [/--workers: expected an integer 1\.\.1024/]],
  ['another engine', 'sweep --config other-engine.json', [/engine: expected one of fused, got manual/]],
  ['results of a newer schema', 'report --from newer', [/backproof\/train\/1/, /backproof\/train\/2/]],
  ['a folder without results', 'report --from bare', [/train\.json/, /backproof run/]],
];

describe('bad input ends with exit 2, one line, and earlier outputs as they were', () => {
  it.each(usage)('%s', async (_name, command, expected) => {
    const before = await readdir(folder);
    const out =
      command.includes('--out') || command.startsWith('report') || command === 'trian'
        ? []
        : ['--out', 'out'];
    const { code, stdout, stderr } = await backproof([...command.split(' '), ...out], { cwd: folder });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    for (const part of expected) expect(stderr).toMatch(part);
    expect(stderr).not.toMatch(/\n\s+at /);
    if (stderr.startsWith('backproof: ')) expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(await readFile(join(folder, 'out', 'train.json'), 'utf8')).toBe('earlier');
    expect(await readdir(folder)).toEqual(before);
  });
});

describe('what this machine lacks ends with exit 5', () => {
  it('USPS without a network', async () => {
    const cache = await scratch();
    const { code, stderr } = await backproof(['train', '--data', 'usps', '--offline'], {
      cwd: folder,
      env: { BACKPROOF_CACHE: cache },
    });
    expect(code).toBe(5);
    expect(stderr).toMatch(/--data synthetic/);
    expect(await readdir(cache)).toEqual([]);
  });
});
