import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { cases } from '../../src/audit/cases.ts';
import { FAULTS, type Fault } from '../../src/audit/faults.ts';
import { trialOf } from '../../src/audit/generate/generate.ts';
import { signatures } from '../../src/audit/signatures/index.ts';
import { type AuditResult, auditSchema } from '../../src/results/audit.ts';
import { caseText } from '../../src/results/auditFaults.ts';
import { findAddon } from '../../src/tfjs/native/tfjsNode.ts';
import { backproof, type Ended, scratchFolders } from '../support/cli.ts';
import { describeNative, root } from '../support/native.ts';

const scratch = scratchFolders();

async function runAudit(args: readonly string[]): Promise<{ ended: Ended; result: AuditResult }> {
  const out = await scratch();
  const ended = await backproof(['audit', '--cases', '0', '--out', out, ...args], { cwd: root });
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

/** The backends of Node that are here: the tests of native below say so where it is not. */
const BACKENDS = [...(findAddon(root) === null ? [] : ['native']), 'wasm', 'cpu', 'float64'];

/** Number of generated cases: more in the gate than for a developer who waits for the result. */
const GENERATED = process.env.CI === 'true' ? 1000 : 100;

/** Written cases and generated ones, in one run: what is right is found out once for all backends. */
let run: { ended: Ended; result: AuditResult };
beforeAll(async () => {
  run = await runAudit(['--backend', BACKENDS.join(), '--cases', String(GENERATED), '--seed', '7']);
}, 600_000);

describe('the audit of every registered gradient', () => {
  it('finds nothing wrong on any backend of Node that is not known', () => {
    expectNothingNew(run, BACKENDS);
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
    expect(own.cpu).not.toContain('Exp');
    expect(own.float64).toEqual(expect.arrayContaining([...own.cpu!, 'Elu', 'Selu']));
  });

  it('has every gradient that is registered proved, or says why not', () => {
    const { exact } = run.result.summary;
    const all = Object.values(exact);
    expect(all.filter(({ verdict }) => verdict === 'proved').length).toBeGreaterThan(0.9 * all.length);
    expect(all.filter(({ verdict }) => verdict === 'refuted')).toEqual([]);
    for (const { verdict, cause } of all) if (verdict === 'open') expect(cause).not.toBeNull();
  });

  it('has more right with the entries than as TensorFlow.js is shipped', () => {
    const { counts, plainCounts } = run.result.summary;
    for (const backend of ['wasm', 'cpu', 'float64'] as const)
      expect(counts[backend]!.right).toBeGreaterThan(plainCounts[backend]!.right);
  });

  it('prints the counts in both modes, and the share that is proved', () => {
    expect(run.ended.stdout).toMatch(/cpu +plain +\d+ right, \d+ wrong, \d+ refused, 0 inconclusive/);
    expect(run.ended.stdout).toMatch(/cpu +fixed +\d+ right, \d+ wrong, \d+ refused, 0 inconclusive/);
    expect(run.ended.stdout).toMatch(/exact +\d+ of \d+ gradients proved in all their cases/);
    expect(run.ended.stdout).not.toContain('NEW');
  });
});

describe('generated cases', () => {
  it('find nothing that is not known on any backend of Node, as shipped and with the entries', () => {
    const { ended, result } = run;
    const { generated, summary } = result;
    expect(generated!.findings.filter(({ fault }) => fault === null)).toEqual([]);
    expect(generated!.cases + generated!.rejected).toBe(GENERATED);
    expect(generated!.cases).toBeGreaterThan(0.85 * GENERATED);
    for (const count of Object.values(generated!.counts.fixed)) {
      expect(count!.fresh).toBe(0);
      expect(count!.right).toBeGreaterThan(0.85 * generated!.cases);
      expect(count!.inconclusive).toBeLessThan(0.01 * generated!.cases);
    }
    expect(summary.verdict).toBe('pass');
    expect(ended).toMatchObject({ code: 0 });
  });

  it('are the same from the same seed', async () => {
    const once = async () => {
      const args = ['--backend', 'cpu', '--only', 'floorDiv', '--cases', '30', '--seed', '3'];
      const { seconds, ...rest } = (await runAudit(args)).result.generated!;
      return rest;
    };
    expect(await once()).toEqual(await once());
  });
});

describeNative('the audit on native', () => {
  it('is part of the run, with written cases and generated ones', () => {
    const { cases, generated } = run.result;
    for (const { results, plain } of cases)
      expect([results.native, plain.results.native]).not.toContain(undefined);
    expect(generated!.counts.fixed.native!.right).toBeGreaterThan(0.85 * generated!.cases);
  });
});

describe('backproof audit', () => {
  it('takes one op on one backend, as JSON', async () => {
    const { ended } = await runAudit(['--only', 'mirrorPad', '--backend', 'cpu', '--json']);
    const printed = auditSchema.parse(JSON.parse(ended.stdout));
    expect(new Set(printed.cases.map(({ kernel }) => kernel))).toEqual(new Set(['MirrorPad']));
    expect(printed.summary.known[0]).toMatchObject({
      op: 'mirrorPad',
      backend: 'cpu',
      mode: 'plain',
      verdict: 'wrong',
      fault: 'mirror-pad-border',
    });
    expect(printed.provenance.command).toBe(
      'backproof audit --only mirrorPad --backend cpu --cases 0 --seed 1',
    );
  });

  it('prints the page of faults: a table, and a repeat of each row', async () => {
    const ended = await backproof(['audit', '--only', 'MirrorPad', '--backend', 'cpu', '--markdown'], {
      cwd: root,
    });
    const rows = ended.stdout.split('\n').filter((line) => line.startsWith('|'));
    const columns = (line: string) => line.split(/(?<!\\)\|/).length;
    expect(rows).toHaveLength(3);
    expect(new Set(rows.map(columns)).size).toBe(1);
    expect(rows[2]).toContain('backproof/gradients');
    expect(ended.stdout).toMatch(/```js\n[^`]*tf\.mirrorPad\(x, [^`]*\/\/ came: .*\n\/\/ right: .*\n```/);
  });

  it.each([
    [['--only', 'mirorPad'], '--only: expected one of', '(did you mean mirrorPad?)'],
    [
      ['--backend', 'cpu,gpu'],
      '--backend: expected one of native, wasm, cpu, webgl, webgpu, float64, got gpu',
      '',
    ],
    [['--cases', 'many'], '--cases: expected a whole number from 0, got many', ''],
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

  it('have no known fault that neither a written case nor a generated one can show', () => {
    const shows = ({ at }: Fault, kernel: string): boolean =>
      cases.some((each) => each.kernel === kernel && (at?.(each) ?? true)) ||
      signatures
        .filter((signature) => signature.kernel === kernel)
        .some((signature) =>
          Array.from({ length: 400 }, (_, seed) => trialOf(signature, seed)).some(
            ({ subject }) => at?.(subject) ?? true,
          ),
        );
    const idle = FAULTS.flatMap((fault) =>
      fault.kernels.filter((kernel) => !shows(fault, kernel)).map((kernel) => `${fault.id} of ${kernel}`),
    );
    expect(idle).toEqual([]);
  });
});
