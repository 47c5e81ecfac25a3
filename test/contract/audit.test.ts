import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { cases } from '../../src/audit/cases.ts';
import { KNOWN } from '../../src/audit/known.ts';
import { type AuditResult, auditSchema } from '../../src/results/audit.ts';
import { caseText } from '../../src/results/auditFaults.ts';
import { backproof, type Ended, scratchFolders } from '../support/cli.ts';
import { describeNative, root } from '../support/native.ts';

const scratch = scratchFolders();

async function runAudit(args: readonly string[]): Promise<{ ended: Ended; result: AuditResult }> {
  const out = await scratch();
  const ended = await backproof(['audit', '--out', out, ...args], { cwd: root });
  const result = auditSchema.parse(JSON.parse(await readFile(join(out, 'audit.json'), 'utf8')));
  return { ended, result };
}

/** Every backend's results, and nothing that is not known to be wrong. */
function expectNothingNew(
  { ended, result }: { ended: Ended; result: AuditResult },
  backends: string[],
): void {
  const { fresh, uncovered, fixedMeanwhile, verdict } = result.summary;
  expect({ fresh, uncovered, fixedMeanwhile }).toEqual({ fresh: [], uncovered: [], fixedMeanwhile: [] });
  expect(verdict).toBe('pass');
  expect(ended).toMatchObject({ code: 0 });
  expect(Object.keys(result.summary.counts)).toEqual(backends);
  for (const { results } of result.cases) expect(Object.keys(results)).toEqual(backends);
  for (const counts of Object.values(result.summary.counts)) {
    expect(counts.right).toBeGreaterThan(400);
    expect(counts.inconclusive).toBe(0);
  }
}

describe('the audit of every registered gradient', () => {
  let run: { ended: Ended; result: AuditResult };
  beforeAll(async () => {
    run = await runAudit(['--backend', 'wasm,cpu,float64']);
  });

  it('finds nothing wrong on wasm, cpu and float64 that is not known', () => {
    expectNothingNew(run, ['wasm', 'cpu', 'float64']);
  });

  it('has a case for every gradient that tfjs-core registers, or says why there is none', () => {
    const { gradients, audited, excluded, uncovered } = run.result.summary;
    expect(uncovered).toEqual([]);
    expect(gradients).toBeGreaterThanOrEqual(101);
    expect(audited + Object.keys(excluded).length).toBe(gradients);
    for (const reason of Object.values(excluded)) expect(reason).not.toBe('');
  });

  it('says which kernels are this project’s own', () => {
    const own = Object.fromEntries(run.result.backends.map((each) => [each.name, each.ownKernels]));
    expect(own.wasm).toContain('Conv2DBackpropFilter');
    expect(own.cpu).toContain('ResizeNearestNeighborGrad');
    expect(own.cpu).not.toContain('Add');
    expect(own.float64).toEqual(expect.arrayContaining([...own.cpu!, 'Elu', 'Selu']));
  });

  it('prints what is not right, with its reason, and the counts', () => {
    expect(run.ended.stdout).toMatch(/cpu +\d+ right, \d+ wrong, \d+ refused, 0 inconclusive/);
    expect(run.ended.stdout).toMatch(/wrong +mirrorPad \(MirrorPad\) on wasm, cpu, float64: /);
    expect(run.ended.stdout).toMatch(/no gradient at all: .*cumprod/);
    expect(run.ended.stdout).not.toContain('NEW');
  });
});

describeNative('the audit on native', () => {
  it('finds nothing wrong that is not known', async () => {
    expectNothingNew(await runAudit(['--backend', 'native']), ['native']);
  });
});

describe('backproof audit', () => {
  it('takes one op on one backend, as JSON', async () => {
    const { ended } = await runAudit(['--only', 'mirrorPad', '--backend', 'cpu', '--json']);
    const printed = auditSchema.parse(JSON.parse(ended.stdout));
    expect(new Set(printed.cases.map(({ kernel }) => kernel))).toEqual(new Set(['MirrorPad']));
    expect(printed.summary.known[0]).toMatchObject({ op: 'mirrorPad', backend: 'cpu', verdict: 'wrong' });
    expect(printed.provenance.command).toBe('backproof audit --only mirrorPad --backend cpu');
  });

  it('prints a Markdown table', async () => {
    const { ended } = await runAudit(['--only', 'MirrorPad', '--backend', 'cpu', '--markdown']);
    const [head, rule, ...rows] = ended.stdout.trim().split('\n');
    const columns = (line: string | undefined) => line?.split(/(?<!\\)\|/).length;
    expect(head).toContain('what came | what is right');
    expect(rows).toHaveLength(1);
    for (const line of [rule, ...rows]) expect(columns(line)).toBe(columns(head));
  });

  it.each([
    [['--only', 'mirorPad'], '--only: expected one of', '(did you mean mirrorPad?)'],
    [['--backend', 'cpu,gpu'], '--backend: expected one of native, wasm, cpu, float64, got gpu', ''],
  ])('refuses %j', async (args, problem, suggestion) => {
    const { code, stderr } = await backproof(['audit', ...args, '--out', await scratch()]);
    expect(code).toBe(2);
    expect(stderr).toContain(problem);
    expect(stderr).toContain(suggestion);
  });
});

describe('the tables', () => {
  it('have no case twice', () => {
    const names = cases.map((each) => `${each.kernel} ${each.op} ${caseText(each)}`);
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
  });

  it('have no known fault without a case', () => {
    const idle = KNOWN.filter(
      ({ kernel, at }) => !cases.some((each) => each.kernel === kernel && (at?.(each) ?? true)),
    );
    expect(idle).toEqual([]);
  });
});
