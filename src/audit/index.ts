export { cases } from './cases.ts';
export { examplesOf } from './page/examples.ts';
export { faultsMarkdown } from './page/markdown.ts';
export { audit } from './run.ts';
export { signatures } from './signatures/index.ts';
export { formatAudit } from './table.ts';
