import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { findTorch } from '../../scripts/witness/environment.ts';
import { type BenchResult, benchSchema } from '../../src/results/bench.ts';
import { backproof, scratchFolders, withoutProgress } from '../support/cli.ts';
import { describeUnless } from '../support/skip.ts';

const scratch = scratchFolders();

const read = async (folder: string): Promise<BenchResult> =>
  benchSchema.parse(JSON.parse(await readFile(join(folder, 'bench.json'), 'utf8')));

const common = ['bench', '--data', 'synthetic', '--offline'];
/** Whoever may run for long on a machine with other things to do. */
const LONG = 900_000;

describe('backproof bench', () => {
  it(
    'measures every engine on every backend, growth, first call and memory, and the report shows it',
    async () => {
      const out = await scratch();
      const { code, stdout, stderr } = await backproof([...common, '--repetitions', '1', '--out', out]);
      expect([
        code,
        withoutProgress(stderr, 'bench', 'growth', 'memory').replace(/^MISSING .*native.*\n/gm, ''),
      ]).toEqual([0, '']);
      const result = await read(out);
      expect(result).toMatchObject({
        partial: null,
        peers: false,
        repetitions: 1,
        data: { source: 'synthetic' },
      });
      const missing = result.contenders.filter(({ verdict }) => verdict === 'not measured');
      expect(missing.filter(({ id }) => !id.endsWith('native'))).toEqual([]);
      expect(result.contenders.filter(({ verdict }) => verdict === 'something else')).toEqual([]);
      expect(result.contenders.map(({ id }) => id)).toEqual(
        expect.arrayContaining([
          'fused',
          'fused-seed-42',
          'fused-dense',
          'manual-wasm',
          'autodiff-cpu',
          'reference',
          'sweep',
        ]),
      );
      expect(result.ratios.find(({ theirs }) => theirs === 'manual-wasm')!.ratio).toBeGreaterThan(1);
      expect(result.seeds.map(({ seed }) => seed)).toEqual([1, 2, 3, 42]);
      for (const { outputsEvaluated, outputsGoneBack } of result.seeds) {
        expect(outputsEvaluated).toBeLessThan(144);
        expect(outputsGoneBack).toBeLessThanOrEqual(outputsEvaluated);
      }
      expect(result.growth.map(({ by }) => by)).toEqual(['samples', 'epochs', 'kernelSize']);
      expect(result.growth.map(({ points }) => points.length)).toEqual([4, 6, 8]);
      expect(result.memory.map(({ runs }) => runs)).toEqual([1, 1, 200, 2000]);
      for (const { peakBytes } of result.memory) expect(peakBytes.min).toBeGreaterThan(20e6);
      expect(result.firstCall!.all.median).toBeGreaterThanOrEqual(result.firstCall!.train.median);
      for (const part of [
        'SYNTHETIC digits',
        'of fused',
        'Many seeds on all cores',
        'The first call of fused',
        'by kernel side',
        'Peak of memory',
      ])
        expect(stdout).toContain(part);

      await backproof(['train', '--engine', 'fused', '--data', 'synthetic', '--epochs', '3', '--out', out]);
      expect((await backproof(['report', '--from', out])).code).toBe(0);
      expect(await readFile(join(out, 'report.html'), 'utf8')).toContain('id="bench-speed"');
    },
    LONG,
  );

  it('names every peer that is missing, with how to get it, and measures the others', async () => {
    const out = await scratch();
    const peers = ['numpy', 'pytorch-by-hand', 'jax-scan', 'tensorflow-function', 'jax-js'];
    const args = [
      ...common,
      '--peers',
      '--only',
      ['fused', ...peers].join(','),
      '--repetitions',
      '1',
      '--out',
      out,
    ];
    const { code, stdout, stderr } = await backproof(args, { env: { BACKPROOF_CACHE: await scratch() } });
    expect(code).toBe(0);
    const { contenders, growth, ratios } = await read(out);
    for (const { id, verdict, problem } of contenders) {
      if (id === 'fused') expect(verdict).toBe('same training');
      else
        expect([verdict, problem]).toEqual([
          'not measured',
          expect.stringMatching(/ is not set up; npm run peers:setup gets it$/),
        ]);
    }
    expect(contenders).toHaveLength(6);
    expect(growth).toEqual([]);
    expect(ratios.map(({ ratio }) => ratio)).toEqual([null, null, null]);
    expect(stderr.match(/^MISSING .*npm run peers:setup/gm)).toHaveLength(5);
    expect(stdout).toContain('not measured: jax is not set up');
  });

  it('says what is wrong with its flags', async () => {
    const wrong = async (...flags: string[]) => {
      const { code, stderr } = await backproof([...common, '--out', await scratch(), ...flags]);
      return [code, stderr];
    };
    expect(await wrong('--repetitions', '0')).toEqual([
      2,
      'backproof: --repetitions: expected an integer 1..1000, got 0\n',
    ]);
    expect(await wrong('--only', 'fused,manual-wsam')).toEqual([
      2,
      expect.stringMatching(
        /^backproof: --only: expected one of fused, .*got manual-wsam \(did you mean manual-wasm\?\)\n$/,
      ),
    ]);
    // A peer is known where peers were asked for.
    expect((await wrong('--only', 'numpy'))[0]).toBe(2);
  });

  it('writes what it has when it is interrupted, marked partial', async () => {
    const out = await scratch();
    let sent = false;
    const { code, stderr } = await backproof(
      [...common, '--only', 'fused,fused-dense,reference', '--repetitions', '300', '--out', out],
      {
        onStderr: (soFar, kill) => {
          // At 1 % everybody is warm and has done a job. Once: the second would end it where it is.
          const measured = /^bench: [1-9]\d* %/m.test(soFar);
          if (!sent && measured) kill('SIGINT');
          sent ||= measured;
        },
      },
    );
    expect(code).toBe(130);
    expect(stderr).toContain('PARTIAL   it was stopped before everything was measured');
    const { partial, contenders } = await read(out);
    expect(partial).not.toBeNull();
    expect(contenders[0]!.verdict).toBe('same training');
  });

  it('prints Markdown', async () => {
    const args = [
      ...common,
      '--only',
      'fused,reference',
      '--repetitions',
      '1',
      '--markdown',
      '--out',
      await scratch(),
    ];
    const { code, stdout } = await backproof(args);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^A training step .*:\n\n\| who \| how \| us a step \|.*\n\|---\|---\|---:\|/);
    expect(stdout).toMatch(/^\| backproof reference \|/m);
  });
});

const python = await findTorch();

describeUnless(
  python === null ? 'no PyTorch; npm run witness sets it up once' : null,
  'peers in Python',
  () => {
    it(
      'do the same training: the notebook in NumPy, and PyTorch in three ways',
      async () => {
        const out = await scratch();
        const peers = ['numpy', 'pytorch-by-hand', 'pytorch-patches', 'pytorch-autograd'];
        const { code } = await backproof(
          [...common, '--peers', '--only', peers.join(','), '--repetitions', '1', '--out', out],
          { env: { BACKPROOF_PEERS_PYTHON: python ?? '' } },
        );
        expect(code).toBe(0);
        const { contenders } = await read(out);
        expect(contenders.map(({ verdict, problem }) => [verdict, problem])).toEqual(
          peers.map(() => ['same training', null]),
        );
        for (const { version } of contenders) expect(version).toMatch(/^\d+\.\d+/);
        // The notebook is in double precision, as the reference is.
        expect(contenders.find(({ id }) => id === 'numpy')!.loss!.difference).toBeLessThan(1e-10);
      },
      LONG,
    );
  },
);
