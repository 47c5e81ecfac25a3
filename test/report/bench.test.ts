import { describe, expect, it } from '@jest/globals';
import { benchMarkdown, formatBench } from '../../src/bench/index.ts';
import { renderReport } from '../../src/report/index.ts';
import type { BenchResult } from '../../src/results/bench.ts';
import { benchResult } from '../support/benchResult.ts';
import { trainResult } from '../support/results.ts';

/** What a reader sees of it, scripts and style left out. */
const textOf = (html: string): string =>
  html.replace(/<(script|style)[^>]*>.*?<\/\1>/gs, '').replace(/<[^>]*>/g, ' ');

const render = (bench: BenchResult): string => renderReport({ train: trainResult(), bench });

describe('the bench in the report', () => {
  it('is there where bench.json is, and only there', () => {
    expect(renderReport({ train: trainResult() })).not.toContain('href="#bench"');
    expect(render(benchResult())).toContain('href="#bench"');
  });

  it('tells the finding, the figures, who is missing, and who computes something else', () => {
    const html = render(benchResult());
    for (const part of [
      'The fused engine takes 3.2 ms for 16,000 steps: 4 times as fast, fused against plain C',
      'not measured: jax is not set up; npm run peers:setup gets it',
      'SOMETHING ELSE: last loss off by 4e-1',
      'outputs evaluated',
      'a straight line explains 100.00% of dense, 100.00% of skipping',
      'Example CPU, 2 cores, 16 GiB',
    ]) {
      expect(html).toContain(part);
    }
    expect(textOf(html)).not.toMatch(/undefined|NaN|\[object/);
  });

  it('draws no bar for who computes something else', () => {
    const spec = /id="bench-speed-spec">(.*?)<\/script>/s.exec(render(benchResult()))?.[1] ?? '';
    const bars: { text: string[]; x: number[] }[] = JSON.parse(spec).data;
    expect(bars.flatMap(({ text }) => text)).toEqual(['fused', 'manual, wasm', 'C']);
    expect(bars[0]!.x).toEqual([0.2, 64]);
  });

  it('says PARTIAL and SYNTHETIC', () => {
    const html = render({ ...benchResult('synthetic'), partial: 'it was stopped' });
    expect(html).toContain('PARTIAL: it was stopped');
    expect(html).toContain('SYNTHETIC digits, seed 1');
  });

  it('reads when nothing was measured', () => {
    const { contenders, ratios, ...bench } = benchResult();
    const html = render({
      ...bench,
      contenders: contenders.filter(({ verdict }) => verdict === 'not measured'),
      ratios: ratios.filter(({ ratio }) => ratio === null),
      seeds: [],
      firstCall: null,
      growth: [],
      memory: [],
    });
    expect(html).toContain('The fused engine was not measured');
    expect(textOf(html)).not.toMatch(/undefined|NaN|Infinity/);
  });

  it('shows hostile text as text, and lets none into a plot', () => {
    const hostile = '<img src=x onerror=hurt()>';
    const bench = benchResult();
    const spoilt = {
      ...bench,
      partial: hostile,
      contenders: bench.contenders.map((one) => ({
        ...one,
        id: hostile,
        name: hostile,
        how: hostile,
        problem: hostile,
      })),
      ratios: bench.ratios.map((one) => ({ ...one, label: hostile })),
      memory: bench.memory.map((one) => ({ ...one, what: hostile })),
      machine: { ...bench.machine, cpu: hostile },
    };
    const html = render(spoilt);
    expect(html).not.toContain(hostile);
    expect(/id="bench-speed-spec">(.*?)<\/script>/s.exec(html)?.[1]).not.toContain('img');
  });
});

describe('the tables for people', () => {
  it('line up, and have nobody skipped', () => {
    const lines = formatBench(benchResult());
    const speed = lines.slice(3, 9);
    expect(speed.map((line) => line.split(/ {2,}/)[0])).toEqual([
      'who',
      'backproof fused',
      'C (1.2.3)',
      'backproof manual on wasm',
      'NumPy (1.2.3)',
      'JAX',
    ]);
    // Text from where its column begins, figures up to where theirs ends.
    const begins = speed[0]!.indexOf('how');
    expect(speed.map((line) => line.slice(begins, begins + 3))).toEqual(Array(6).fill('how'));
    const ends = speed[0]!.indexOf('us a step') + 'us a step'.length;
    expect(speed.slice(1, 5).map((line) => line.slice(0, ends).split(' ').at(-1))).toEqual([
      '0.2',
      '0.8',
      '64',
      '600',
    ]);
  });

  it('are Markdown with a column for each figure', () => {
    const markdown = benchMarkdown(benchResult());
    const rows = markdown.split('\n').filter((line) => line.startsWith('| '));
    expect(rows[0]).toBe(
      '| who | how | us a step | middle half | 16,000 steps | of fused | first job | last loss |',
    );
    expect(rows[1]).toBe(
      '| backproof fused | how backproof fused does it | 0.2 | 0.194 - 0.213 | 3.2 ms | 1x | 60 ms | off by 2e-4 |',
    );
  });
});
