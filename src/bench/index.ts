export { benchMarkdown } from './markdown.ts';
export { type BenchOptions, bench } from './run.ts';
export { formatBench } from './table.ts';
