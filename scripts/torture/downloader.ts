// Loads images by --data auto from a server that is given in place of the published one, with impatient limits, by the
// sources of the package on trial, which is the working directory. Prints the source that it came to.
import type { UspsSource } from '../../src/notebook/data/dataset.ts';

const { loadDataset }: typeof import('../../src/notebook/data/dataset.ts') = await import(
  `${process.cwd()}/src/notebook/data/dataset.ts`
);
const source = JSON.parse(process.argv[2]!) as UspsSource;
const notices: string[] = [];
const dataset = await loadDataset('auto', { offline: false, notice: (line) => notices.push(line) }, source);
process.stdout.write(JSON.stringify({ source: dataset.source, notices }));
