export { cases } from './cases.ts';
export { auditMarkdown } from './markdown.ts';
export { audit } from './run.ts';
export { signatures } from './signatures/index.ts';
export { formatAudit } from './table.ts';
