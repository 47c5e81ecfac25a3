import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { EXIT, Failure } from '../../src/system/errors.ts';
import { runProgram } from '../../src/system/runProgram.ts';
import { findTorch, setUpTorch } from './environment.ts';
import { exampleCases, networkCases, type WitnessCase } from './gradients.ts';

/** Writes our gradients and has PyTorch judge them; returns the exit code. */
export async function main(args: string[], root: string): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      data: { type: 'string', default: 'synthetic' },
      out: { type: 'string' },
      from: { type: 'string' },
      'no-install': { type: 'boolean', default: false },
    },
  });
  const folder = await mkdtemp(join(tmpdir(), 'backproof-witness-'));
  try {
    const python = (await findTorch()) ?? (values['no-install'] ? null : await setUpTorch(say));
    if (python === null) {
      process.stderr.write(
        'witness: PyTorch is not set up; node scripts/witness.mjs without --no-install gets it\n',
      );
      return EXIT.surroundings;
    }
    let file = values.from;
    if (file === undefined) {
      const cases: WitnessCase[] = [...(await networkCases(values.data)), ...(await exampleCases())];
      file = values.out ?? join(folder, 'gradients.json');
      await writeFile(file, JSON.stringify({ schema: 'backproof/witness/1', cases }));
    }
    await readFile(file);
    const ended = await runProgram(python, [join(root, 'scripts', 'witness', 'witness.py'), file]);
    process.stdout.write(ended.stdout);
    process.stderr.write(ended.stderr);
    return ended.code ?? EXIT.fault;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    process.stderr.write(`${error.message}\n`);
    return error.exitCode;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};
