import type { AuditResult, DeviceAudit } from '../../results/audit.ts';
import { isNotRight } from '../../results/auditFaults.ts';
import { summarize } from '../summary.ts';

type Device = AuditResult['devices'][number];

/**
 * Merges the audit of a device into audit.json, in place of an earlier one of the same device. Only its cases that are
 * not right are kept. Which faults are known and which are new is decided here, not read from the file.
 */
export function mergeDevice(result: AuditResult, { schema: _, ...audit }: DeviceAudit): AuditResult {
  const cases = audit.cases.filter(isNotRight);
  const { counts, plainCounts } = summarize(audit.cases, audit.backends, null);
  const device: Device = {
    ...audit,
    cases,
    summary: {
      ...summarize(cases, audit.backends, null),
      counts,
      plainCounts,
      exact: {},
      fixedMeanwhile: [],
      seconds: audit.summary.seconds,
    },
  };
  const others = result.devices.filter((each) => !isSameDevice(each, device));
  return { ...result, devices: [...others, device] };
}

const isSameDevice = (a: Device, b: Device): boolean =>
  a.browser === b.browser && a.webgl === b.webgl && a.webgpu === b.webgpu;
