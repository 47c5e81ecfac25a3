import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import { renderReport } from '../../src/report/index.ts';
import { unescapeScript } from '../../src/system/embed.ts';
import { Failure } from '../../src/system/errors.ts';
import { withEveryString } from '../support/hostile.ts';
import { compareResult, disagreement, trainResult } from '../support/results.ts';
import { wholeReport } from '../support/wholeReport.ts';

/** The text that a reader sees, without scripts and style. */
const textOf = (html: string): string =>
  html
    .replace(/<(script|style)[^>]*>.*?<\/\1>/gs, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');

const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');
const plotly = readFileSync(createRequire(import.meta.url).resolve('plotly.js-dist-min'), 'utf8');
const embedded = (html: string): string =>
  /<script id="plotly" type="text\/plain">(.*?)<\/script>/s.exec(html)?.[1] ?? '';

describe('renderReport', () => {
  it('tells the verdict in sentences made from the data', () => {
    const text = textOf(wholeReport());
    expect(text).toContain('Every gradient is right');
    expect(text).toContain('Manual and autodiff agree to 1.4e-6 over 16,000 steps');
    expect(text).toContain('Most in epoch 2, at sample 41, where the logit was -17.9');
    expect(text).toContain('epoch 2, sample 17, logit -15.20');
    expect(text).toContain('98.1% of 430 test images are read right');
    expect(text).not.toMatch(/SYNTHETIC|PARTIAL|TWO RUNS|undefined|NaN|\[object/);
  });

  it('names the parameter whose gradient is wrong', () => {
    const text = textOf(renderReport({ compare: disagreement() }));
    expect(text).toContain('A gradient is wrong');
    expect(text).toContain('Manual and autodiff disagree in the gradient of kernel: up to 2.4e5 times');
    expect(text).not.toContain('Every gradient is right');
  });

  it('says what is proved, what is not, and what is refuted', () => {
    const right = compareResult();
    const textWith = (exact: Partial<typeof right.exact>, verdict: typeof right.verdict) =>
      textOf(renderReport({ compare: { ...right, verdict, exact: { ...right.exact, ...exact } } }));
    expect(textWith({}, 'pass')).toContain(
      'In double precision, and in float32 on wasm as it trained; chance of error below 2^-131. This is about the algebra',
    );
    const open = textWith({ verdict: 'not proved', cause: 'some reason', bound: null }, 'pass');
    expect(open).toContain('The algebra is not proved: some reason');
    expect(open).not.toMatch(/proved right|algebra itself is proved/);
    expect(textWith({}, 'pass')).toContain('these differences are about rounding only');
    const wrong = [{ parameter: 'kernel' as const, index: [2, 3, 0, 0], manual: 0.5, autodiff: 0.25 }];
    const refuted = textWith({ verdict: 'refuted', bound: null, wrong }, 'fail');
    expect(refuted).toContain('A gradient is wrong');
    expect(refuted).toContain('kernel[2,3,0,0] is 0.500000 by hand, 0.250000 by autodiff');
    expect(refuted).not.toMatch(/proved right|times what rounding allows: up to|is Right/);
    const trained = { ...right.exact.trained, verdict: 'refuted' as const, bound: null };
    const onBackend = textWith({ trained }, 'fail');
    expect(onBackend).toContain(
      'The network as it trained, in float32 on wasm, has a gradient that is refuted',
    );
    expect(onBackend).not.toMatch(/proved right/);
  });

  it('says where the backward pass goes wrong, and where planted mistakes sit', () => {
    const right = textOf(renderReport({ compare: compareResult() }));
    expect(right).toContain(
      'Every hop from the logit to the kernel is within rounding, and 1 of 1 planted mistake',
    );
    expect(right).toMatch(/dKernel 1 of 1 factor 2/);
    const wrong = textOf(renderReport({ compare: disagreement() }));
    expect(wrong).toContain('The backward pass first goes wrong at dKernel, at 6 of 12 chains followed');
    const stopped = { ...compareResult(), chain: [], selfTest: null };
    expect(textOf(renderReport({ compare: stopped }))).toContain(
      'This comparison was stopped before it looked',
    );
  });

  it('marks synthetic data, a partial run, and results of two runs', () => {
    const partial = { reason: 'diverged', epoch: 4, sample: 17, message: 'the loss is NaN' } as const;
    const text = textOf(
      renderReport({
        train: trainResult({ source: 'synthetic' }),
        compare: { ...compareResult(), partial },
      }),
    );
    expect(text).toContain('SYNTHETIC DATA');
    expect(text).toContain('Comparison diverged at epoch 4, sample 17: the loss is NaN');
    expect(text).toContain('train.json and compare.json differ in images');
    expect(text).toContain('as far as the run came');
  });

  it('says since when the ReLUs are dead, and what to do', () => {
    const text = textOf(renderReport({ train: trainResult({ dead: true }) }));
    expect(text).toContain('Every ReLU is dead since epoch 3');
    expect(text).toContain('--seed 2');
    expect(text).toContain('--learning-rate 0.01');
    expect(text).toContain('no better than always the same answer');
    expect(textOf(renderReport({ train: trainResult() }))).not.toContain('--seed 2');
  });

  it('says when the network stalls with its ReLUs open', () => {
    const train = trainResult();
    const diagnosis = { ...train.diagnosis, stalledSince: 7 };
    const text = textOf(renderReport({ train: { ...train, diagnosis } }));
    expect(text).toContain('Every training image gets the same answer since epoch 7');
    expect(text).toContain('--seed 2');
  });

  it('leaves out, with a sentence, what it has no file for', () => {
    const trainOnly = textOf(renderReport({ train: trainResult() }));
    expect(trainOnly).toContain('it needs compare.json');
    expect(trainOnly).toContain('Trained; the gradients were not compared');
    const compareOnly = textOf(renderReport({ compare: compareResult() }));
    expect(compareOnly).toContain('it needs train.json');
    expect(compareOnly).not.toContain('it needs compare.json');
    expect(() => renderReport({})).toThrow(Failure);
  });

  it('reads when no epoch was finished and nothing was compared', () => {
    const partial = { reason: 'interrupted', epoch: 1, sample: 5, message: 'stopped' } as const;
    const train = trainResult({ epochs: 1 });
    const compare = compareResult({ epochs: 1 });
    const text = textOf(
      renderReport({
        train: { ...train, partial, losses: [], diagnosis: { ...train.diagnosis, activeFraction: [] } },
        compare: {
          ...compare,
          partial,
          verdict: 'inconclusive',
          pairs: [],
          perEpoch: [],
          finiteDifferences: [],
        },
      }),
    );
    expect(text).toContain('Training ended before its first epoch was finished');
    expect(text).toContain('Cannot tell whether the gradients are right');
    expect(text).not.toMatch(/undefined|NaN|Infinity/);
  });

  it('has a word beside every icon, and a table under every figure', () => {
    const html = wholeReport();
    const icons = html.match(/<span class="status[^>]*>.*?<\/span>/gs) ?? [];
    expect(icons.length).toBeGreaterThan(8);
    for (const icon of icons) expect(textOf(icon).trim()).not.toBe('');
    const figures = html.match(/<figure class="figure.*?<\/figure>/gs) ?? [];
    expect(figures.length).toBeGreaterThanOrEqual(7);
    for (const figure of figures) {
      expect(figure).toMatch(/class="figure__plot" id="[^"]+" role="img" aria-label="[^"]+"/);
      expect(figure).toMatch(
        /<div class="figure__still" role="img" aria-label="[^"]+"><div class="still"><svg/,
      );
      expect(figure).toMatch(/<details class="data">.*<td/s);
    }
  });

  it.each([
    ['everything', { train: trainResult(), compare: compareResult(), other: trainResult({ dead: true }) }],
    ['only a training', { train: trainResult() }],
    ['only a comparison', { compare: compareResult() }],
  ])('has no link that leads nowhere, and no id twice: %s', (_, results) => {
    const html = renderReport(results);
    const markup = html.replace(/<script.*?<\/script>/gs, '');
    const ids = [...markup.matchAll(/ id="([^"]+)"/g)].map((match) => match[1]);
    expect(ids.length).toBe(new Set(ids).size);
    const links = [...markup.matchAll(/ href="#([^"]+)"/g)].map((match) => match[1]);
    expect(links.length).toBeGreaterThan(3);
    for (const link of links) expect(ids).toContain(link);
  });

  it('repeats the command, the configuration and the checksums', () => {
    const train = trainResult();
    const text = textOf(renderReport({ train }));
    for (const part of [train.provenance.command, 'learningRate', 'a'.repeat(64), train.provenance.cpu])
      expect(text).toContain(part);
  });

  it('shows hostile text as text, in every field that may hold any', () => {
    const text = '<img src=x onerror=hurt()></script><script>hurt()</script>&amp;"\'';
    const results = withEveryString({ train: trainResult(), compare: compareResult() }, text);
    expect(results.train.provenance.command).toBe(text);
    expect(results.compare.logged.explanation).toBe(text);
    const html = renderReport(results);
    expect(html).not.toMatch(/<img src=x|<script>hurt/);
    expect(html.match(/&lt;img src=x/g)?.length).toBeGreaterThan(15);
    expect(html.match(/<script/g)).toHaveLength(wholeReport().match(/<script/g)?.length ?? 0);
  });
});

describe('the single file', () => {
  it('carries Plotly to the byte, but for the escapes that read the same', () => {
    const text = embedded(renderReport({ train: trainResult() }));
    expect(sha256(unescapeScript(text))).toBe(sha256(plotly));
    expect(text).not.toMatch(/<!--|<\/script/i);
  });

  it('would have a corrupted Plotly by a plain replacement string', () => {
    const html = '<script id="plotly" type="text/plain">@</script>'.replace('@', plotly);
    expect(sha256(unescapeScript(embedded(html)))).not.toBe(sha256(plotly));
  });

  it('names no address to load from, and allows scripts only by their hash', () => {
    const html = wholeReport();
    const policy = /<meta http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(html)?.[1] ?? '';
    expect(policy).toMatch(/^default-src 'none'; script-src( 'sha256-[^']+'){3} 'wasm-unsafe-eval';/);
    expect(policy.replace("'wasm-unsafe-eval'", '')).not.toMatch(/unsafe-eval|https?:|script-src[^;]*unsafe/);
    const markup = html.replace(embedded(html), () => '');
    expect(markup).not.toMatch(/(src|href)="(?!#|data:,")/);
    expect(markup).not.toMatch(/@import|url\(|fetch\(|new Worker/);
  });
});
