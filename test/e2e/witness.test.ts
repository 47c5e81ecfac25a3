import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { findTorch } from '../../scripts/witness/environment.ts';
import type { WitnessCase } from '../../scripts/witness/gradients.ts';
import { type Ended, scratchFolders } from '../support/cli.ts';
import { realDigitsPath } from '../support/digits.ts';
import { runScript } from '../support/script.ts';
import { describeUnless } from '../support/skip.ts';

const witness = (args: readonly string[], env?: Record<string, string>) =>
  runScript('witness/main.ts', args, env);

/** Installing PyTorch takes a minute, or several on a slow network. */
const SET_UP = 1_200_000;

const scratch = scratchFolders();
// With CI=true it gets installed, so there is no need to check.
const torch = process.env.CI === 'true' || (await findTorch()) !== null;

describeUnless(torch ? null : 'no PyTorch; npm run witness sets it up once', 'the witness', () => {
  let file: string;
  let agreed: Ended;
  beforeAll(async () => {
    file = join(await scratch(), 'gradients.json');
    agreed = await witness(['--data', realDigitsPath() ?? 'synthetic', '--out', file]);
  }, SET_UP);

  it('agrees with every gradient of the network, of the examples and of ops to 1e-10', () => {
    const { code, stdout, stderr } = agreed;
    expect([code, stderr.replace(/^witness: setting up.*\n/, '')]).toEqual([0, '']);
    expect(stdout).toContain('76 functions and points');
    expect(stdout).toContain(' 0 disagreements');
    expect(stdout).not.toContain('DISAGREES');
  });

  it('finds one element that is off by 1e-8 of its value, and a gradient that is not a number', async () => {
    const written: { cases: WitnessCase[] } = JSON.parse(await readFile(file, 'utf8'));
    const spoil = async (name: string, input: string, flat: number, change: (x: number) => number | null) => {
      const spoilt = structuredClone(written);
      const values = spoilt.cases.find((found) => found.name === name)!.gradients[input]!.values;
      (values as (number | null)[])[flat] = change(values[flat]!);
      const copy = `${file}-${input}`;
      // JSON has no NaN, but Python's parser accepts it.
      await writeFile(copy, JSON.stringify(spoilt).replaceAll('null', 'NaN'));
      return witness(['--from', copy]);
    };
    const off = await spoil('network, step 1', 'kernel', 7, (x) => x * (1 + 1e-8));
    expect(off.code).toBe(3);
    expect(off.stdout).toMatch(/network, step 1 +d kernel .*DISAGREES at \[1, 2, 0, 0\]/);
    expect(off.stdout).toContain(' 1 disagreements');
    const none = await spoil('attention', 'value', 3, () => null);
    expect(none.code).toBe(3);
    expect(none.stdout).toMatch(/attention +d value .*DISAGREES at \[1, 1\]/);
  });
});

describe('the witness where there is no PyTorch', () => {
  it('says so in one line and exits 5', async () => {
    const { code, stdout, stderr } = await witness(['--no-install'], {
      BACKPROOF_WITNESS_PYTHON: 'no-such-python',
    });
    expect([code, stdout]).toEqual([5, '']);
    expect(stderr).toBe('witness: PyTorch is not set up; npm run witness without --no-install gets it\n');
  });

  it('says so without Python, and leaves nothing behind', async () => {
    const cache = await scratch();
    const env = { PATH: cache, BACKPROOF_CACHE: cache, BACKPROOF_WITNESS_PYTHON: '' };
    const { code, stderr } = await witness([], env);
    expect(code).toBe(5);
    expect(stderr).toMatch(/expected a virtual environment \(python3 -m venv\), got no python3 on the PATH/);
  });

  it('says so where pip cannot get it', async () => {
    const env = {
      BACKPROOF_CACHE: await scratch(),
      BACKPROOF_WITNESS_PYTHON: '',
      PIP_NO_INDEX: '1',
      PIP_FIND_LINKS: '',
    };
    const { code, stderr } = await witness([], env);
    expect(code).toBe(5);
    expect(stderr).toMatch(/expected torch==2\.13\.0 and numpy from pip, got "ERROR: /);
  });
});
