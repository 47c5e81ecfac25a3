// An independent witness: compares our gradients in double precision, of the network at steps of a run, of every
// example, and of ops by backproof/gradients, with those that PyTorch computes in float64 on the same inputs. Needs
// dist/ and Python 3.
//   npm run witness [-- --data synthetic|PATH --out FILE --from FILE --no-install]
// Exits 0 if they agree to 1e-10, 3 if they do not, 5 if PyTorch cannot be installed.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { EXIT, Failure } from '../../src/system/errors.ts';
import { runProgram } from '../../src/system/runProgram.ts';
import { findTorch, setUpTorch } from './environment.ts';
import { exampleCases, networkCases, opCases, type WitnessCase } from './gradients.ts';

const judge = fileURLToPath(new URL('witness.py', import.meta.url));
const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** Writes our gradients and has PyTorch judge them; returns the exit code. */
async function main(): Promise<number> {
  const { values } = parseArgs({
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
      say('witness: PyTorch is not set up; npm run witness without --no-install gets it');
      return EXIT.environment;
    }
    let file = values.from;
    if (file === undefined) {
      const cases: WitnessCase[] = [
        ...(await networkCases(values.data)),
        ...(await exampleCases()),
        ...(await opCases()),
      ];
      file = values.out ?? join(folder, 'gradients.json');
      await writeFile(file, JSON.stringify({ schema: 'backproof/witness/1', cases }));
    }
    await readFile(file);
    const ended = await runProgram(python, [judge, file]);
    process.stdout.write(ended.stdout);
    process.stderr.write(ended.stderr);
    return ended.code ?? EXIT.fault;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    say(error.message);
    return error.exitCode;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

process.exitCode = await main();
