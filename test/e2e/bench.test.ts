import { beforeAll, describe, expect, it } from '@jest/globals';
import type { BenchResult } from '../../scripts/bench/result.ts';
import { benchMarkdown, formatBench } from '../../scripts/bench/tables.ts';
import { findTorch } from '../../scripts/witness/environment.ts';
import { type Ended, scratchFolders, withoutProgress } from '../support/cli.ts';
import { runScript } from '../support/script.ts';
import { describeUnless } from '../support/skip.ts';

const scratch = scratchFolders();
const python = await findTorch();
/** Long enough for a busy machine. */
const LONG = 600_000;

const ours = ['fused', 'fused-dense', 'manual-wasm', 'reference', 'sweep'];
const inTorch = ['numpy', 'pytorch-by-hand', 'pytorch-patches', 'pytorch-autograd'];
const missing = ['jax-scan', 'tensorflow-function', 'jax-js'];

let ended: Ended;
let result: BenchResult;

beforeAll(async () => {
  const peers = [...(python === null ? [] : inTorch), ...missing];
  ended = await runScript(
    'bench/main.ts',
    ['--data', 'synthetic', '--peers', '--only', [...ours, ...peers].join(), '--repetitions', '1', '--json'],
    { BACKPROOF_CACHE: await scratch(), BACKPROOF_PEERS_PYTHON: python ?? '' },
  );
  result = JSON.parse(ended.stdout);
}, LONG);

describe('the bench', () => {
  it('measures our engines, and each does the same training', () => {
    expect(ended.code).toBe(0);
    expect(result).toMatchObject({ partial: null, data: 'synthetic', peers: true, repetitions: 1 });
    const verdicts = result.contenders.filter(({ side }) => side === 'ours');
    expect(verdicts.map(({ id, verdict }) => [id, verdict])).toEqual(
      expect.arrayContaining(ours.map((id) => [id, 'same training'])),
    );
    expect(verdicts).toHaveLength(ours.length);
    expect(result.ratios.find(({ theirs }) => theirs === 'manual-wasm')!.ratio).toBeGreaterThan(1);
    expect(result.seeds.map(({ seed }) => seed)).toEqual([1]);
    expect(result).toMatchObject({ growth: [], memory: [], firstCall: null });
  });

  it('names every peer that is missing, with how to get it', () => {
    const peers = result.contenders.filter(({ id }) => missing.includes(id));
    expect(peers).toHaveLength(missing.length);
    for (const { verdict, problem } of peers)
      expect([verdict, problem]).toEqual([
        'not measured',
        expect.stringMatching(/ is not set up; npm run peers:setup gets it$/),
      ]);
    const lines = withoutProgress(ended.stderr, 'bench').trim().split('\n');
    expect(lines).toHaveLength(missing.length);
    for (const line of lines) expect(line).toMatch(/^MISSING .*npm run peers:setup gets it$/);
    expect(result.ratios.find(({ theirs }) => theirs === 'jax-scan')).toMatchObject({
      ratio: null,
      low: null,
      high: null,
    });
  });

  it('has tables for the console and in Markdown, which say that the digits are synthetic', () => {
    const lines = formatBench(result);
    expect(lines).toMatch(/^bench {5}SYNTHETIC digits, seed 1; medians of 1 rounds, peers included; /);
    expect(lines).toMatch(/^backproof sweep +fused, \d+ threads .* 256 /m);
    expect(lines).toContain('not measured: jax is not set up');
    const markdown = benchMarkdown(result);
    expect(markdown).toMatch(/^A training step .*:\n\n\| who \| how \| us a step \|.*\n\|---\|---\|---:\|/);
    expect(markdown).toMatch(/^\| backproof reference \|/m);
    expect(markdown).toMatch(/^\| ratio \| measured \| from quartiles \|$/m);
  });
});

describeUnless(
  python === null ? 'no PyTorch; npm run witness sets it up once' : null,
  'peers in Python',
  () => {
    it('do the same training: the notebook in NumPy, and PyTorch in three ways', () => {
      const peers = result.contenders.filter(({ id }) => inTorch.includes(id));
      expect(peers.map(({ id, verdict, problem }) => [id, verdict, problem])).toEqual(
        expect.arrayContaining(inTorch.map((id) => [id, 'same training', null])),
      );
      for (const { version } of peers) expect(version).toMatch(/^\d+\.\d+/);
      // The notebook runs in double precision, as the reference does.
      expect(peers.find(({ id }) => id === 'numpy')!.loss!.difference).toBeLessThan(1e-10);
    });
  },
);

describe('the command line of the bench', () => {
  it.each([
    ['--repetitions', '0', /^bench: --repetitions: expected an integer 1\.\.1000, got 0\n$/],
    [
      '--only',
      'fused,manual-wsam',
      /^bench: --only: expected one of fused, .*got manual-wsam \(did you mean manual-wasm\?\)\n$/,
    ],
    // Peers are only accepted with the option for peers.
    ['--only', 'numpy', /^bench: --only: expected one of fused, .*got numpy/],
    ['--data', '/no/such/place', /^bench: .*\/no\/such\/place/],
    ['--peer', '', /^bench: Unknown option '--peer'/],
  ])('says what is wrong with %s %s', async (flag, value, said) => {
    expect(await runScript('bench/main.ts', [flag, value])).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(said),
    });
  });

  it('prints what it has when it is interrupted, marked partial', async () => {
    const args = ['--data', 'synthetic', '--only', 'fused,reference', '--repetitions', '1000', '--json'];
    const { code, stdout, stderr } = await runScript('bench/main.ts', args, {}, (soFar, kill) => {
      // At 1 % every contestant has warmed up and finished a job.
      if (/^bench: [1-9]\d* %/m.test(soFar)) kill('SIGINT');
    });
    expect(code).toBe(130);
    expect(stderr).toContain('PARTIAL   it was stopped before everything was measured');
    const { partial, contenders } = JSON.parse(stdout) as BenchResult;
    expect(partial).not.toBeNull();
    expect(contenders[0]!.verdict).toBe('same training');
  });
});
