import { useSignal } from '@preact/signals';
import type { VNode } from 'preact';
import type { AuditCounts, DeviceAudit } from '../../../results/audit.ts';
import { cameAndRight, caseText, type Fault, faultsOf } from '../../../results/auditFaults.ts';

/** The findings of an audit: counts by backend, and the results that are not right. */
export const Findings = ({ audit }: { audit: DeviceAudit }): VNode => {
  const { backends, summary, partial } = audit;
  const known = (fault: Fault): boolean => fault.reason !== null;
  const shipped = faultsOf(audit, 'plain');
  const left = faultsOf(audit, 'fixed');
  const fresh = shipped.filter((fault) => !known(fault));
  const freshLeft = left.filter((fault) => !known(fault));
  return (
    <>
      {partial && (
        <p class="warn">
          Partial: {partial.done} of {partial.total} checks ({partial.reason}).
        </p>
      )}
      <h2 class={fresh.length + freshLeft.length === 0 ? 'good' : 'bad'}>
        {headline(audit, fresh.length + freshLeft.length)}
      </h2>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              {['Backend', 'Right', 'Wrong', 'Refused', 'Cannot tell'].map((label) => (
                <th key={label}>{label}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {backends.flatMap(({ name, problem }) => [
              <Row key={name} name={name} counts={summary.plainCounts[name]} problem={problem} />,
              problem === null && (
                <Row
                  key={`${name} fixed`}
                  name={`${name}, with backproof`}
                  counts={summary.counts[name]}
                  problem={null}
                />
              ),
            ])}
          </tbody>
        </table>
      </div>
      <p class="quiet">
        {summary.seconds.toFixed(0)} s. {graphicsOf(audit)}
      </p>
      <Export audit={audit} />
      <FaultList title="New mistakes of TensorFlow.js" faults={fresh} />
      <FaultList title="New mistakes with the entries of backproof" faults={freshLeft} />
      <FaultList title="Known mistakes of TensorFlow.js" faults={shipped.filter(known)} />
    </>
  );
};

const Row = ({
  name,
  counts,
  problem,
}: {
  name: string;
  counts: AuditCounts | undefined;
  problem: string | null;
}): VNode => (
  <tr>
    <th>{name}</th>
    {counts ? (
      (['right', 'wrong', 'refused', 'inconclusive'] as const).map((verdict) => (
        <td key={verdict}>{counts[verdict]}</td>
      ))
    ) : (
      <td colspan={4}>{problem}</td>
    )}
  </tr>
);

function headline({ cases, partial }: DeviceAudit, fresh: number): string {
  if (cases.length === 0) return 'Nothing was checked';
  if (fresh > 0) return `${fresh} new ${fresh === 1 ? 'mistake' : 'mistakes'} on this device`;
  return partial ? 'No new mistake so far' : 'No mistake on this device that is not known';
}

const graphicsOf = ({ webgl, webgpu }: DeviceAudit): string =>
  [webgl && `WebGL: ${webgl}.`, webgpu && `WebGPU: ${webgpu}.`].filter(Boolean).join(' ');

const FaultList = ({ title, faults }: { title: string; faults: readonly Fault[] }): VNode | null =>
  faults.length === 0 ? null : (
    <section>
      <h2>{title}</h2>
      <ul class="faults">
        {faults.map((fault) => {
          const { came, right } = cameAndRight(fault.result);
          const first = fault.cases[0]!;
          const more = fault.cases.length - 1;
          return (
            <li key={`${fault.op} ${fault.verdict} ${fault.reason} ${caseText(first)}`}>
              <b>{fault.op}</b> {fault.verdict} on {fault.backends.join(', ')}
              {fault.reason && <>: {fault.reason}</>}
              <dl>
                <dt>Input</dt>
                <dd>
                  {caseText(first)}
                  {more > 0 && ` and ${more} more`}
                </dd>
                <dt>Got</dt>
                <dd>{came}</dd>
                <dt>Right</dt>
                <dd>{right}</dd>
                <dt>Fixed</dt>
                <dd>{fixText(fault)}</dd>
              </dl>
            </li>
          );
        })}
      </ul>
    </section>
  );

/** The result of a fault with the entries of this package, on all of its backends. */
function fixText({ cases, backends }: Fault): string {
  const verdicts = cases.flatMap(({ results }) => backends.map((name) => results[name]?.verdict));
  if (verdicts.every((verdict) => verdict === 'right')) return 'with the entries of backproof';
  return verdicts.includes(undefined) ? 'not tried' : 'no';
}

/** The audit as JSON, to copy or to save as a file. */
const Export = ({ audit }: { audit: DeviceAudit }): VNode => {
  const copyMessage = useSignal<string | null>(null);
  const shown = useSignal(false);
  const text = JSON.stringify(audit);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      copyMessage.value = 'Copied.';
    } catch {
      // Some browsers deny the clipboard to a page opened from the disk.
      shown.value = true;
      copyMessage.value = 'This browser does not let the page copy: select the text below.';
    }
  };
  const save = () => {
    const address = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
    Object.assign(document.createElement('a'), { href: address, download: 'audit-device.json' }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  };
  return (
    <div class="export">
      <button type="button" onClick={() => void copy()}>
        Copy as JSON
      </button>
      <button type="button" onClick={save}>
        Save as JSON
      </button>
      <span role="status">{copyMessage.value}</span>
      {shown.value && <textarea readOnly rows={6} aria-label="The audit as JSON" value={text} />}
    </div>
  );
};
