import { expect, it } from '@jest/globals';
import { deviceAuditSchema } from '../../src/results/audit.ts';
import { auditResult } from '../support/audit.ts';

const { backends, cases, generated, summary } = auditResult();
const findings = { backends, cases, generated, summary };
const [first, second] = findings.cases as [(typeof findings.cases)[0], (typeof findings.cases)[0]];
const cpu = first.results.cpu!;

/** What a page tells of a device: here cpu works, and native does not. */
const told = (cases: typeof findings.cases) =>
  deviceAuditSchema.safeParse({
    ...{ ...findings, cases, schema: 'backproof/audit-device/1' },
    ...{ browser: 'a', webgl: null, webgpu: null, version: '1', tfjs: '4', startedAt: 'now', partial: null },
  });

it.each<[string, typeof findings.cases, boolean]>([
  ['backends that work there', [first, { ...second, plain: { results: { cpu }, exact: null } }], true],
  ['a backend that does not', [first, { ...second, results: { cpu, native: cpu } }], false],
  [
    'such a backend without the fixes',
    [first, { ...second, plain: { results: { native: cpu }, exact: null } }],
    false,
  ],
])('a device has results of %s', (_name, cases, isRight) => {
  const parsed = told(cases);
  expect(parsed.error?.issues.map(({ path, message }) => [path, message]) ?? []).toEqual(
    isRight ? [] : [[['cases'], 'a result of a backend that did not work there']],
  );
});
