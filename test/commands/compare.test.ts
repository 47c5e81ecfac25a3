import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { compareCommand } from '../../src/commands/compare.ts';
import type { Console } from '../../src/commands/console.ts';
import { defaults } from '../../src/commands/settings.ts';
import { type LayerBackwards, layerBackwards } from '../../src/notebook/model/network.ts';
import { compareSchema } from '../../src/results/compare.ts';
import { scratchFolders } from '../support/cli.ts';

const scratch = scratchFolders();
const stop = { signal: new AbortController().signal, exitCode: () => null };

function listening(): Console & { said: string[]; noticed: string[]; ended: string[] } {
  const said: string[] = [];
  const noticed: string[] = [];
  const ended: string[] = [];
  return {
    said,
    noticed,
    ended,
    say: (line) => said.push(line),
    failure: (line) => said.push(line),
    notice: (line) => noticed.push(line),
    json() {},
    progress: (title) => ({ update() {}, done: () => ended.push(title) }),
    paint: (_style, text) => text,
  };
}

const compareWith = async (layers: LayerBackwards = layerBackwards) => {
  const out = join(await scratch(), 'made');
  const console = listening();
  const settings = { ...defaults, data: 'synthetic', perClass: 5, epochs: 2, backend: 'cpu' as const, out };
  const exitCode = await compareCommand(settings, console, stop, layers);
  const result = compareSchema.parse(JSON.parse(await readFile(join(out, 'compare.json'), 'utf8')));
  return { exitCode, result, ...console };
};

describe('backproof compare', () => {
  it('exits 0 where the backward pass is right', async () => {
    const { exitCode, result, said, noticed, ended } = await compareWith();
    expect([exitCode, result.verdict, noticed, ended]).toEqual([0, 'pass', [], ['download', 'compare']]);
    expect(said.at(-2)).toMatch(/verdict {3}PASS over 20 steps/);
    expect(result.exact).toMatchObject({ verdict: 'proved', patterns: 'all' });
    expect(said.find((line) => line.startsWith('proof'))).toMatch(
      /^proof {5}PROVED for every image, kernel, weight, bias, label and ReLU pattern: chance of error below 2\^-1\d\d; the same in float32 on \w+ proved, the update proved, the logged loss's law .* proved$/,
    );
  });

  it("exits 3 and names the parameter where a layer's backward is swapped for a wrong one", async () => {
    const wrong: LayerBackwards = {
      ...layerBackwards,
      convolution: (tf, image, dy) => tf.reverse4d(layerBackwards.convolution(tf, image, dy), [0, 1]),
    };
    const { exitCode, result, said, noticed } = await compareWith(wrong);
    expect([exitCode, result.verdict]).toEqual([3, 'fail']);
    expect(result.pairs[0]!.parameters.kernel.failedSteps).toBeGreaterThan(0);
    expect(result.pairs[0]!.parameters.weight.failedSteps).toBe(0);
    expect(result.exact).toMatchObject({ verdict: 'refuted', bound: null, update: { verdict: 'refuted' } });
    expect(noticed[0]).toMatch(/^REFUTED {3}kernel\[\d,\d,0,0\]: manual \S+, autodiff \S+, at the first/);
    expect(noticed[1]).toMatch(
      /^DISAGREE {2}kernel: \d+ of 20 steps; worst kernel\[\d,\d\] in epoch \d, sample \d: manual \S+, autodiff \S+,/,
    );
    expect(noticed.join('\n')).not.toMatch(/weight|bias/);
    expect(said.at(-2)).toMatch(/verdict {3}FAIL/);
  });

  it('exits 3 for an error far below rounding, which only the proof sees', async () => {
    const { exitCode, result, noticed } = await compareWith({
      ...layerBackwards,
      dense: (tf, flatOut, weight, dLogit) => {
        const right = layerBackwards.dense(tf, flatOut, weight, dLogit);
        return { ...right, dBias: tf.mul(right.dBias, tf.add(1, 1e-18)) };
      },
    });
    expect([exitCode, result.verdict, result.exact.verdict]).toEqual([3, 'fail', 'refuted']);
    expect(result.pairs.map(({ verdict }) => verdict)).not.toContain('fail');
    expect(noticed).toEqual([expect.stringMatching(/^REFUTED {3}bias\[0,0\]:/)]);
  });
});
