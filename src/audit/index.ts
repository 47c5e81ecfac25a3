export { cases } from './cases.ts';
export { auditMarkdown } from './markdown.ts';
export { audit } from './run.ts';
export { formatAudit } from './table.ts';
