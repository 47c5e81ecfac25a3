import type { AuditResult, DeviceAudit } from '../../results/audit.ts';
import { isNotRight } from '../../results/auditFaults.ts';
import { summarize } from '../summary.ts';

type Device = AuditResult['devices'][number];

/**
 * Takes the audit of a device into audit.json, in place of an earlier one of the same device. Of its cases those that
 * are not right are kept. What is known and what is new is decided here and now, not taken from the file.
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
