import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DeviceAudit } from '../../results/audit.ts';
import type { AuditBackend, GpuBackend } from '../../results/auditNames.ts';
import { gpuBackendNames } from '../../results/auditNames.ts';
import { packageVersion } from '../../results/provenance.ts';
import { launchBrowser } from '../../system/browser.ts';
import { environmentFailure } from '../../system/errors.ts';
import { auditPage } from './document.ts';
import type { PageAuditOptions } from './page/auditHere.ts';

/**
 * Both backends compute in software, with the same results on every machine. To test a graphics card, open the page in
 * your own browser.
 */
export const IN_SOFTWARE = [
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
];

export const isOfBrowser = (name: AuditBackend): name is GpuBackend =>
  (gpuBackendNames as readonly string[]).includes(name);

/** The reason why no browser can be started here, in one line; null if one can. */
export async function browserProblem(): Promise<string | null> {
  try {
    await (await launchBrowser('--backend')).close();
    return null;
  } catch (error) {
    return (error as Error).message.split('\n')[0]!;
  }
}

/**
 * Checks the gradient of every case on backends of a browser, in the page that `backproof audit --page` writes.
 *
 * @param options.only kernels or ops; all by default
 * @throws Failure (environment) if there is no browser, or a backend does not complete the audit in it
 */
export async function auditInBrowser(
  options: Pick<PageAuditOptions, 'backends' | 'only' | 'onProgress'> & {
    readonly signal?: AbortSignal | undefined;
  },
): Promise<DeviceAudit> {
  const { backends, only, onProgress, signal } = options;
  const version = await packageVersion();
  const server = await serve(await auditPage());
  const browser = await launchBrowser('--backend', IN_SOFTWARE);
  const stop = () => void browser.close();
  signal?.addEventListener('abort', stop);
  try {
    const page = await browser.newPage();
    const { port } = server.address() as AddressInfo;
    await page.exposeFunction('onAuditProgress', (done: number, total: number, backend: string) =>
      onProgress?.(done, total, backend),
    );
    await page.goto(`http://127.0.0.1:${port}/`);
    const audit = await page.evaluate(
      (asked) => {
        const { onAuditProgress } = window as unknown as {
          onAuditProgress: NonNullable<PageAuditOptions['onProgress']>;
        };
        return window.auditHere!({ ...asked, onProgress: onAuditProgress });
      },
      { version, backends, only },
    );
    const problem = audit.backends.find((each) => each.problem !== null);
    if (problem) throw failed(problem.name, problem.problem!);
    if (audit.partial) throw failed(backends.join(','), audit.partial.reason);
    return audit;
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
    await browser.close();
    server.close();
  }
}

const failed = (backend: string, problem: string) =>
  environmentFailure(
    `--backend ${backend}: expected it to work in the browser, got "${problem}"; name another browser with BACKPROOF_BROWSER`,
  );

/** Serves the page from this machine's own address, which browsers trust as they do https: WebGPU needs that. */
async function serve(html: string): Promise<Server> {
  const server = createServer((_request, response) => {
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.end(html);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}
