import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { IN_SOFTWARE } from '../../src/audit/browser/chromium.ts';
import type { PageAuditOptions } from '../../src/audit/browser/page/auditHere.ts';
import {
  type AuditResult,
  auditSchema,
  type DeviceAudit,
  deviceAuditSchema,
} from '../../src/results/audit.ts';
import { resultsOf } from '../../src/results/auditFaults.ts';
import type { AuditBackend, AuditMode } from '../../src/results/auditNames.ts';
import { describeInBrowser, sidewaysScroll } from '../support/browser.ts';
import { backproof, scratchFolders } from '../support/cli.ts';

/** Without generated cases. */
const SMALL = ['audit', '--cases', '0'];

const PHONE = { viewport: { width: 320, height: 640 } };

const scratch = scratchFolders();

/** The verdicts on a backend, case by case: `op verdict`. */
const verdictsOn = ({ cases }: DeviceAudit, backend: AuditBackend, mode: AuditMode): string[] =>
  cases.map((each) => `${each.op} ${resultsOf(each, mode)[backend]?.verdict}`);

const savedBy = async (page: Page): Promise<DeviceAudit> => {
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('text=Save as JSON')]);
  return deviceAuditSchema.parse(JSON.parse(await readFile(await download.path(), 'utf8')));
};

describeInBrowser(
  'the page that audits a device',
  (open) => {
    let html: string;
    let folder: string;
    beforeAll(async () => {
      folder = await scratch();
      const file = join(folder, 'device', 'audit.html');
      const { code, stdout } = await backproof(['audit', '--page', file]);
      expect(stdout).toMatch(/^written {3}.*audit\.html \(\d\.\d MB\)/);
      expect(code).toBe(0);
      expect((await stat(file)).size).toBeLessThan(8e6);
      html = await readFile(file, 'utf8');
      // The audit.json to merge into.
      await backproof([...SMALL, '--only', 'FloorDiv', '--backend', 'cpu', '--out', folder, '--quiet']);
    });

    const merge = async (
      device: DeviceAudit,
    ): Promise<{ code: number; stdout: string; result: AuditResult }> => {
      const file = join(folder, 'device.json');
      await writeFile(file, JSON.stringify(device));
      const { code, stdout } = await backproof(['audit', '--merge', file, '--out', folder]);
      const result = auditSchema.parse(JSON.parse(await readFile(join(folder, 'audit.json'), 'utf8')));
      return { code: code!, stdout, result };
    };

    it('audits every backend of a phone from a file, and its JSON is merged', async () => {
      expect(html).toContain(
        `http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'sha256-`,
      );
      expect(html).not.toMatch(/unsafe-inline|'unsafe-eval'/);
      const { page, requests, problems } = await open(html, PHONE);
      expect(await sidewaysScroll(page)).toBe(0);
      await page.fill('input[type=text]', 'floorDiv, cumprod');
      await page.click('text=Start');
      await page.waitForSelector('.export', { timeout: 60_000 });
      expect(await sidewaysScroll(page)).toBe(0);
      expect(await page.innerText('h2')).toBe('No mistake on this device that is not known');
      const device = await savedBy(page);
      expect(requests).toEqual([]);
      expect(problems.filter((problem) => !/warning: .*(GPU stall|swiftshader)/i.test(problem))).toEqual([]);
      expect(device.backends.map(({ name, problem }) => [name, problem])).toEqual(
        ['cpu', 'wasm', 'webgl', 'webgpu'].map((name) => [name, null]),
      );
      expect(device).toMatchObject({ partial: null, summary: { verdict: 'pass' } });
      const floorDivs = (verdict: string) => Array.from({ length: 7 }, () => `floorDiv ${verdict}`);
      for (const { name } of device.backends) {
        expect(verdictsOn(device, name, 'plain')).toEqual([...floorDivs('wrong'), 'cumprod refused']);
        expect(verdictsOn(device, name, 'fixed')).toEqual([...floorDivs('right'), 'cumprod right']);
      }
      expect(await page.innerText('main')).toMatch(
        /floorDiv wrong on cpu, wasm, webgpu: the gradient is that of div/,
      );

      const { code, stdout, result } = await merge(device);
      expect(code).toBe(0);
      expect(stdout).toContain(`device    ${device.browser}`);
      expect(result.devices).toHaveLength(1);
      expect(result.devices[0]!.summary.known).toHaveLength(4 * 8);
      expect(result.summary.plainCounts).toEqual({
        cpu: { right: 0, wrong: 7, refused: 0, inconclusive: 0 },
      });
    });

    it('stops when it is told to, and then is partial everywhere', async () => {
      const { page } = await open(html, PHONE);
      await page.click('text=Start');
      await page.waitForFunction(() => /[1-9]\d* of \d+ checks/.test(document.body.innerText));
      await page.click('text=Stop');
      await page.waitForSelector('.export');
      expect(await page.innerText('main')).toMatch(/Partial: \d+ of \d+ checks \(cpu: stopped\)/);
      expect(await page.innerText('h2')).toBe('No new mistake so far');
      const device = await savedBy(page);
      expect(device.backends[1]).toMatchObject({ name: 'wasm', problem: 'stopped before it' });
      const { code, stdout } = await merge(device);
      expect(code).toBe(4);
      expect(stdout).toMatch(/PARTIAL {3}\d+ of \d+ checks: cpu: stopped/);
    });

    it('finds the kernels of webgl and webgpu right that are fixed', async () => {
      const { page } = await open(html);
      const options: PageAuditOptions = {
        version: '',
        backends: ['webgl', 'webgpu'],
        only: ['Cumsum', 'Prod', 'AvgPool', 'AvgPool3D', 'Dilation2D', 'cos', 'maxPool3d'],
      };
      const audit = await page.evaluate((asked) => window.auditHere!(asked), options);
      expect(audit.summary.fresh).toEqual([]);
      const wrong = { webgl: 'avgPool', webgpu: 'maxPool3d' } as const;
      for (const backend of ['webgl', 'webgpu'] as const) {
        expect(verdictsOn(audit, backend, 'plain')).toContain(`${wrong[backend]} wrong`);
        expect(audit.summary.counts[backend]).toMatchObject({ wrong: 0, refused: 0, inconclusive: 0 });
        expect(audit.summary.counts[backend]!.right).toBe(audit.cases.length);
      }
      const own = Object.fromEntries(audit.backends.map((each) => [each.name, each.ownKernels]));
      expect(own.webgl).toEqual(expect.arrayContaining(['AvgPoolGrad', 'Dilation2DBackpropInput']));
      expect(own.webgpu).toEqual(expect.arrayContaining(['Cumsum', 'MaxPool3DGrad']));
      expect(own.webgpu).not.toContain('Add');
    });
  },
  IN_SOFTWARE,
);

describeInBrowser('backproof audit in a browser', () => {
  it('holds webgl and webgpu against double precision, beside a backend of Node', async () => {
    const out = await scratch();
    const given = ['--backend', 'cpu,webgl,webgpu', '--only', 'mirrorPad', '--out', out, '--json'];
    const { code, stdout } = await backproof([...SMALL, ...given]);
    const { cases, summary } = auditSchema.parse(JSON.parse(stdout));
    expect(code).toBe(0);
    expect(summary.fresh).toEqual([]);
    for (const { results, plain } of cases)
      for (const some of [results, plain.results]) {
        expect(Object.keys(some).sort()).toEqual(['cpu', 'webgl', 'webgpu']);
        expect(new Set(Object.values(some).map(({ verdict }) => verdict)).size).toBe(1);
      }
    expect(summary.plainCounts.webgpu!.wrong).toBeGreaterThan(0);
    expect(summary.counts.webgpu).toMatchObject({ wrong: 0, refused: 0, inconclusive: 0 });
  });
});
