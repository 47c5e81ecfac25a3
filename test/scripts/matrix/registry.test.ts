import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runScript } from '../../support/script.ts';

describe('npm run matrix', () => {
  const cache = mkdtempSync(join(tmpdir(), 'backproof-npm-'));
  let asked = 0;
  let server: Server;
  beforeAll(async () => {
    server = createServer((_request, response) => {
      asked++;
      response.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => {
    server.close();
    rmSync(cache, { recursive: true, force: true });
  });

  it('installs once more where that failed, then names the project and what it needs', async () => {
    const { code, stdout } = await runScript('matrix/main.ts', ['pnpm'], {
      npm_config_registry: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
      npm_config_cache: cache,
      npm_config_fetch_retries: '0',
    });
    expect(asked).toBe(2);
    expect(stdout).toMatch(/^FAILED +\d+\.\d s {2}pnpm: install\nfailed twice; .*registry/m);
    expect(stdout).toMatch(/\n0 of 1 work, \d+ s\nFAILED {2}pnpm: install\n$/);
    expect(code).toBe(1);
  });

  it('refuses a project that it does not know', async () => {
    const { code, stderr } = await runScript('matrix/main.ts', ['pnpm', 'npn']);
    expect(stderr).toMatch(/^matrix: expected names out of node, .*pnpm.*, got npn\n$/);
    expect(code).toBe(2);
  });
});
