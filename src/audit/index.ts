export { audit } from './audit.ts';
export { auditPage } from './browser/document.ts';
export { mergeDevice } from './browser/merge.ts';
export { cases } from './cases.ts';
export { examplesOf } from './page/examples.ts';
export { faultsMarkdown } from './page/markdown.ts';
export { type Signature, signatures } from './signatures/index.ts';
export { formatAudit, formatDevice } from './table.ts';
