// The page that audits the device on which it is opened.
import { render } from 'preact';
import type { DeviceAudit } from '../../../results/audit.ts';
import { App } from './app.tsx';
import { auditHere, type PageAuditOptions } from './auditHere.ts';

declare global {
  interface Window {
    /** For programs that drive the browser: runs the audit without the page's buttons. */
    auditHere?: (options: PageAuditOptions) => Promise<DeviceAudit>;
  }
}

window.auditHere = auditHere;
const root = document.getElementById('audit')!;
render(<App version={root.dataset.version ?? ''} />, root);
