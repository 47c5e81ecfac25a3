import { describe, expect, it } from '@jest/globals';
import type { ReportResults } from '../../../../src/report/results.ts';
import { Provenance } from '../../../../src/report/sections/provenance/section.tsx';
import { markup } from '../../../support/markup.ts';
import { expectInOrder, readSection } from '../../../support/page.ts';
import { compareResult, trainResult } from '../../../support/results.ts';

const read = (results: ReportResults): string[] => readSection(Provenance, { results });
const train = trainResult({ epochs: 4 });
const compare = compareResult({ epochs: 4 });

describe('provenance', () => {
  const RUN =
    'backproof run --seed 1 --positive 1 --negative 8 --per-class 100 --epochs 80 --learning-rate 0.1';
  const COMPARE = 'backproof compare --seed 1';
  const BACKEND = 'wasm: the native addon is not built; wasm has every kernel that this run needs';
  const settings = [
    'Configuration',
    '| Setting | Value |',
    '| seed | 1 |',
    '| positive | 1 |',
    '| negative | 8 |',
    '| perClass | 100 |',
    '| epochs | 4 |',
    '| learningRate | 0.1 |',
    '| kernelSize | 5 |',
    '| engine | manual |',
    '| loss | logits |',
    '| backend | auto |',
    '| data | auto |',
  ];
  const start = (source: string, commands: string[]): string[] => [
    'Can I trust and repeat it?',
    `Seed 1 on ${source} digits: the same command gives the same run`,
    ...commands.flatMap((command) => [command, 'Copy']),
    'Save the results as JSON',
    'without images, histories and single elements, which train.json and compare.json have',
    'Settings, versions, machine, data and its checksums',
    ...settings,
    'Where and when',
  ];

  it('of a run with its comparison', () => {
    const twice = (name: string, value: string): string => `| ${name} | ${value} | ${value} |`;
    expect(read({ train, compare })).toEqual([
      ...start('the USPS', [RUN, COMPARE]),
      '| What | Training | Comparison |',
      twice('backproof', '0.1.0, commit 0123456'),
      twice('TensorFlow.js', '4.22.0'),
      twice('Backend', BACKEND),
      twice('Node', 'v20.19.0'),
      twice('Machine', 'linux x64, Example CPU, 2 cores'),
      twice('Started', '2026-01-02T03:04:05.000Z'),
      // 200 samples in each of 4 epochs.
      '| Time | 2.7 s for 800 steps, 169 µs each | 8.4 s for 800 steps |',
      '200 training images and 430 test images of the USPS digits.',
      'Files that were read',
      '| File | Bytes | SHA-256 |',
      `| usps.bz2 | 6,579,383 | ${'a'.repeat(64)} |`,
      `| usps.t.bz2 | 1,831,726 | ${'b'.repeat(64)} |`,
    ]);
  });

  it('of a run over drawn digits, which read no file', () => {
    const alone = read({ train: trainResult({ epochs: 4, source: 'synthetic' }) });
    expect(alone).toEqual([
      ...start('SYNTHETIC', [RUN]),
      '| What | Training |',
      '| backproof | 0.1.0, commit 0123456 |',
      '| TensorFlow.js | 4.22.0 |',
      `| Backend | ${BACKEND} |`,
      '| Node | v20.19.0 |',
      '| Machine | linux x64, Example CPU, 2 cores |',
      '| Started | 2026-01-02T03:04:05.000Z |',
      '| Time | 2.7 s for 800 steps, 169 µs each |',
      '200 training images and 430 test images of SYNTHETIC digits.',
    ]);
  });

  it('of a comparison alone', () => {
    const provenance = read({ compare });
    expectInOrder(provenance, [...start('the USPS', [COMPARE]), '| What | Comparison |']);
    expectInOrder(provenance, ['| Time | 8.4 s for 800 steps |', 'Files that were read']);
    expect(provenance.join()).not.toMatch(/Training|each/);
  });

  it('of a build with changes, of one that no commit is known of, and over data of one’s own', () => {
    const { provenance, data } = train;
    const told = (more: object) => read({ train: { ...train, provenance: { ...provenance, ...more } } });
    const commit = '0123456789abcdef';
    expect(told({ commit, dirty: true })).toContain(
      '| backproof | 0.1.0, commit 0123456789ab with changes |',
    );
    expect(told({ commit: null, dirty: null })).toContain('| backproof | 0.1.0 |');
    const own = read({ train: { ...train, data: { ...data, source: 'file', trainCount: 1, testCount: 1 } } });
    expect(own[1]).toBe('Seed 1 on your data: the same command gives the same run');
    expect(own).toContain('1 training image and 1 test image of your data.');
  });

  it('of a command that made both is told once', () => {
    const both = read({ train, compare: { ...compare, provenance: train.provenance } });
    expect(both.filter((line) => line === RUN)).toHaveLength(1);
  });

  it('carries the results without their large parts', () => {
    const carried = (results: ReportResults): Record<string, object> =>
      JSON.parse(/id="results">(.*?)<\/script>/.exec(markup(Provenance, { results }))![1]!);
    const { kernelHistory, checkpoints, images, logits, ...trained } = train;
    const { perEpoch, perEpochFloat64, scatter, chain, ...compared } = compare;
    for (const large of [
      kernelHistory,
      checkpoints,
      logits.counts,
      images!.train.labels,
      perEpoch,
      perEpochFloat64,
      scatter,
      chain,
    ])
      expect(large.length).toBeGreaterThan(0);
    expect(carried({ train, compare })).toEqual({ train: trained, compare: compared });
    expect([carried({ train }), carried({ compare })]).toEqual([{ train: trained }, { compare: compared }]);
  });
});
