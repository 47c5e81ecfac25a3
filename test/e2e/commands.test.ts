import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { compareSchema } from '../../src/results/compare.ts';
import { trainSchema } from '../../src/results/train.ts';
import { backproof, type Ended, scratchFolders } from '../support/cli.ts';

const scratch = scratchFolders();
const quick = ['--data', 'synthetic', '--per-class', '10', '--epochs', '3'];
const readTrain = async (folder: string) =>
  trainSchema.parse(JSON.parse(await readFile(join(folder, 'train.json'), 'utf8')));
const readCompare = async (folder: string) =>
  compareSchema.parse(JSON.parse(await readFile(join(folder, 'compare.json'), 'utf8')));

/** A whole run, and the folder in which it was started. */
let cwd: string;
let ended: Ended;
beforeAll(async () => {
  cwd = await scratch();
  ended = await backproof(['run', ...quick], { cwd });
});

describe('backproof run', () => {
  it('trains, compares, reports, and says SYNTHETIC', async () => {
    const { code, stdout, stderr } = ended;
    expect(code).toBe(0);
    // On a slow machine there are progress lines; nothing else is allowed.
    expect(stderr).toMatch(/^((train|compare): \d+ %.*\n)*$/);
    expect(await readdir(join(cwd, 'outputs'))).toEqual(['compare.json', 'report.html', 'train.json']);
    const train = await readTrain(join(cwd, 'outputs'));
    expect(train.losses).toHaveLength(3);
    expect(train.kernelHistory).toHaveLength(4);
    expect(train.provenance.command).toBe('backproof run --data synthetic --per-class 10 --epochs 3');
    const compare = await readCompare(join(cwd, 'outputs'));
    expect([compare.verdict, compare.timing.steps]).toEqual(['pass', 60]);
    expect(stdout).toMatch(/SYNTHETIC/);
    expect(stdout).toMatch(/verdict {3}PASS/);
    expect(stdout).toMatch(/report {4}file:\/\/.*report\.html/);
  });

  it('gives only JSON on stdout with --json, and nothing with --quiet', async () => {
    const cwd = await scratch();
    const json = await backproof(['run', ...quick, '--json'], { cwd });
    const value = JSON.parse(json.stdout);
    expect(Object.keys(value)).toEqual(['schema', 'train', 'compare', 'report']);
    const quiet = await backproof(['run', ...quick, '--quiet'], { cwd });
    expect(quiet).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('falls back to synthetic digits where there are no others, and says so', async () => {
    const cwd = await scratch();
    const offline = ['train', '--offline', '--per-class', '5', '--epochs', '1'];
    const { code, stderr } = await backproof(offline, { cwd, env: { BACKPROOF_CACHE: await scratch() } });
    expect(code).toBe(0);
    expect(stderr).toMatch(/SYNTHETIC digits are used, not USPS/);
    const { data, config } = await readTrain(join(cwd, 'outputs'));
    expect([data.source, data.files, config.data]).toEqual(['synthetic', [], 'synthetic']);
  });
});

describe('backproof train', () => {
  it.each([
    ['manual', 'logits', 'wasm'],
    ['manual', 'logits', 'cpu'],
    ['autodiff', 'logits', 'cpu'],
    ['autodiff', 'logits', 'wasm'],
    ['autodiff', 'logged', 'cpu'],
    ['reference', 'logits', 'none'],
  ])('--engine %s --loss %s on %s', async (engine, loss, backend) => {
    const cwd = await scratch();
    const where = backend === 'none' ? [] : ['--backend', backend];
    const { code } = await backproof(['train', ...quick, '--engine', engine, '--loss', loss, ...where], {
      cwd,
    });
    expect(code).toBe(0);
    const { config, provenance, losses, timing } = await readTrain(join(cwd, 'outputs'));
    expect([config.engine, config.loss, provenance.backend]).toEqual([engine, loss, backend]);
    expect(losses[2]!).toBeLessThan(losses[0]!);
    expect(timing.steps).toBe(60);
  });

  it.each([1, 15])('takes --kernel-size %i', async (side) => {
    const cwd = await scratch();
    expect((await backproof(['train', ...quick, '--kernel-size', String(side)], { cwd })).code).toBe(0);
    const { parameters } = await readTrain(join(cwd, 'outputs'));
    expect([parameters.kernel.length, parameters.weight.length]).toEqual([side, (17 - side) ** 2]);
  });

  it('ends where the loss leaves the numbers: exit 2, epoch and sample, the partial result', async () => {
    const cwd = await scratch();
    const { code, stderr } = await backproof(['train', ...quick, '--learning-rate', '1e30'], { cwd });
    expect(code).toBe(2);
    expect(stderr).toMatch(/PARTIAL .* in epoch 1 at sample \d+.*smaller --learning-rate/);
    const { partial, losses } = await readTrain(join(cwd, 'outputs'));
    expect(partial).toMatchObject({ reason: 'diverged', epoch: 1 });
    expect(losses).toEqual([]);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('on %s writes what was done, marked partial, and exits %i', async (signal, expected) => {
    const cwd = await scratch();
    const args = ['train', '--data', 'synthetic', '--epochs', '5000', '--backend', 'cpu'];
    let sent = false;
    const { code, stderr } = await backproof(args, {
      cwd,
      onStderr: (soFar, kill) => {
        if (sent || !soFar.includes('train:')) return;
        sent = true;
        kill(signal);
      },
    });
    expect(code).toBe(expected);
    expect(stderr).toMatch(/PARTIAL {3}interrupted in epoch \d+ before sample \d+; train\.json holds/);
    const { partial, losses, kernelHistory } = await readTrain(join(cwd, 'outputs'));
    expect(partial?.reason).toBe('interrupted');
    expect(kernelHistory).toHaveLength(losses.length + 1);
  });
});

describe('settings', () => {
  it('come from flags over a configuration file over the defaults', async () => {
    const cwd = await scratch();
    await writeFile(join(cwd, 'config.json'), '{"seed": 3, "epochs": 9, "data": "synthetic"}');
    const { code, stdout } = await backproof(
      ['train', '--config', 'config.json', '--epochs', '4', '--print-config'],
      { cwd },
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ seed: 3, epochs: 4, data: 'synthetic', perClass: 100 });
    expect(await readdir(cwd)).toEqual(['config.json']);
  });

  it('and --seed 1 is a different run from --seed 2', async () => {
    const [a, b] = [await scratch(), await scratch()];
    await backproof(['train', ...quick, '--engine', 'reference', '--seed', '1'], { cwd: a });
    await backproof(['train', ...quick, '--engine', 'reference', '--seed', '2'], { cwd: b });
    const [one, two] = [await readTrain(join(a, 'outputs')), await readTrain(join(b, 'outputs'))];
    expect(one.initial.kernel[0]![0]).toBeCloseTo(0.16243453636632418, 15);
    expect(one.losses).not.toEqual(two.losses);
  });
});

describe('the other commands', () => {
  it('report makes the page anew, and says when the results are of different runs', async () => {
    const again = await backproof(['report', '--from', 'outputs', '--out', 'page'], { cwd });
    expect(again).toMatchObject({ code: 0, stderr: '' });
    expect(await readdir(join(cwd, 'page'))).toEqual(['report.html']);
    await backproof(['train', ...quick, '--seed', '9'], { cwd });
    const mixed = await backproof(['report', '--from', 'outputs'], { cwd });
    expect(mixed.stderr).toMatch(/different runs \(seed\)/);
  });

  it('data says what is there and where, with checksums', async () => {
    const { code, stdout } = await backproof(['data'], { env: { BACKPROOF_CACHE: await scratch() } });
    expect(code).toBe(0);
    expect(stdout).toMatch(/usps\.bz2 {3}not there/);
    expect(stdout).toMatch(/md5 ec16c51db3855ca6c91edd34d0e9b197/);
  });

  it('doctor names each backend, the browser and the data, and how to fix them', async () => {
    const { code, stdout } = await backproof(['doctor'], { env: { BACKPROOF_CACHE: await scratch() } });
    expect(code).toBe(0);
    expect(stdout).toMatch(/ok {7}backend cpu/);
    expect(stdout).toMatch(/ok {7}backend wasm/);
    expect(stdout).toMatch(/missing {2}data .*\n.*fix: backproof data --download/);
  });

  it('--help shows examples, and every command', async () => {
    const { code, stdout } = await backproof(['--help']);
    expect(code).toBe(0);
    for (const name of ['run', 'train', 'compare', 'report', 'data', 'doctor']) {
      expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
    }
    expect(stdout).toMatch(/Examples:\n {2}backproof run/);
  });
});
