import { expect, it } from '@jest/globals';
import { contentSecurityPolicy } from '../../src/report/policy.ts';

it("nothing loads, no address is a base or takes a form, and a script runs by its hash: SHA-256 of ''", () => {
  expect(contentSecurityPolicy(['']).split('; ')).toEqual([
    "default-src 'none'",
    "script-src 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' 'wasm-unsafe-eval'",
    "style-src 'unsafe-inline'",
    'img-src data: blob:',
    "base-uri 'none'",
    "form-action 'none'",
  ]);
});
