// Measures how often the exact check proves a wrong gradient, over primes so small that it happens, and compares that
// with its bound:
//   npm run chance [-- --seeds 2000]
// Prints a table in Markdown. Exits 3 if it happens more often than the bounds explain.
import { parseArgs } from 'node:util';
import { measureChance, SMALL_PRIMES, WRONG } from './measure.ts';

const { values } = parseArgs({ options: { seeds: { type: 'string', default: '2000' } } });
const seeds = Number(values.seeds);
process.stdout.write(
  `| wrong gradient, one lane, p from ${SMALL_PRIMES.at(-1)} to ${SMALL_PRIMES[0]} | checks | called proved | the bounds allow on average | at most, with confidence 99.9% |\n`,
);
process.stdout.write('|---|---:|---:|---:|---:|\n');
for (const [name, specs] of Object.entries(WRONG)) {
  const { checks, proved, expected, most } = measureChance(specs, Math.ceil(seeds / specs.length));
  process.stdout.write(
    `| ${name} | ${checks.toLocaleString('en')} | ${proved} | ${expected.toFixed(1)} | ${Math.floor(most)} |\n`,
  );
  if (proved > most) process.exitCode = 3;
}
