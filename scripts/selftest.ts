// The mutation self-test over many seeds: planted mistakes that the checker must catch, and correct twins that it must
// not flag:
//   npm run selftest [-- --seeds 50 --mode full --screen --json]
// Needs dist/. Exits 3 if a mistake is missed or a twin is flagged.
import { parseArgs } from 'node:util';

// The built package, with the worker threads and the speed of the program.
const { formatSelfTest, selfTest, selfTestSubjects }: typeof import('../src/index.ts') = await import(
  new URL('../dist/index.js', import.meta.url).href
);

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1' },
    mode: { type: 'string', default: 'full' },
    screen: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const result = await selfTest(selfTestSubjects, {
  seeds: Number(values.seeds),
  mode: values.mode as 'full' | 'sampled' | 'directional',
  screen: values.screen,
  onProgress: (done, total) => {
    if (process.stderr.isTTY)
      process.stderr.write(`\r${done} of ${total} checks${done === total ? '\n' : ''}`);
  },
});
process.stdout.write(`${values.json ? JSON.stringify(result, null, 2) : formatSelfTest(result)}\n`);
process.exitCode = result.verdict === 'pass' ? 0 : 3;
