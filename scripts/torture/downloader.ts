// Loads images with --data auto from a given server instead of the published one, with short time limits, using the
// sources of the package under test, which is the working directory. Prints the resulting source.
import type { UspsSource } from '../../src/notebook/data/dataset.ts';

const { loadDataset }: typeof import('../../src/notebook/data/dataset.ts') = await import(
  `${process.cwd()}/src/notebook/data/dataset.ts`
);
const source = JSON.parse(process.argv[2]!) as UspsSource;
const notices: string[] = [];
const dataset = await loadDataset('auto', { offline: false, notice: (line) => notices.push(line) }, source);
process.stdout.write(JSON.stringify({ source: dataset.source, notices }));
