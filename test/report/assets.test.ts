import { describe, expect, it } from '@jest/globals';
import { readAssets, readPlotly } from '../../src/report/assets.ts';
import { EXIT } from '../../src/system/errors.ts';

describe('readPlotly', () => {
  it('says what is missing and which command adds it', () => {
    const missing = () => {
      throw new Error('Cannot find module');
    };
    expect(() => readPlotly(missing)).toThrow(
      expect.objectContaining({
        exitCode: EXIT.environment,
        message: expect.stringMatching(/plotly\.js-dist-min.*npm install/),
      }),
    );
  });

  it('reads the bundle where it is installed', () => {
    expect(readPlotly()).toContain('plotly.js v4');
  });
});

describe('readAssets', () => {
  it('bundles the page from its source, small and without an import or a request', () => {
    const { script, style } = readAssets();
    expect(script.length).toBeLessThan(250_000);
    expect(script).not.toMatch(/\bimport\b|\bfetch\(|XMLHttpRequest/);
    expect(style).toContain('--ground');
  });

  it('has a dark theme that changes nothing but colours', () => {
    const { style } = readAssets();
    const themes = [
      ...style.matchAll(/@media screen and \(prefers-color-scheme: ?dark\) ?\{:root\{([^}]*)\}\}/g),
    ];
    expect(themes).toHaveLength(style.match(/prefers-color-scheme/g)!.length);
    for (const [, declarations] of themes)
      for (const declaration of declarations!.split(';').filter(Boolean))
        expect(declaration).toMatch(/^--[\w-]+: ?#[\da-f]{3,6}$/);
  });
});
