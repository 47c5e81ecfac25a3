import type { VNode } from 'preact';
import type { CompareResult } from '../../../results/compare.ts';
import type { TrainResult } from '../../../results/train.ts';
import { Command } from '../../parts/command.tsx';
import { Fold } from '../../parts/fold.tsx';
import { count, counted, seconds, size } from '../../parts/format.ts';
import { Json } from '../../parts/inline.tsx';
import { Section } from '../../parts/section.tsx';
import { Table } from '../../parts/table.tsx';
import { anyResult, type ReportResults } from '../../results.ts';

const sources = { usps: 'the USPS digits', file: 'your data', synthetic: 'SYNTHETIC digits' } as const;

const environment = ({ provenance: from, timing }: TrainResult | CompareResult): string[] => {
  const perStep = 'microsecondsPerStep' in timing ? timing.microsecondsPerStep : null;
  const commit = from.commit
    ? `, commit ${from.commit.slice(0, 12)}${from.dirty ? ' with changes' : ''}`
    : '';
  return [
    `${from.version}${commit}`,
    from.tfjs,
    `${from.backend}: ${from.backendReason}`,
    from.node,
    `${from.platform}, ${from.cpu}`,
    from.startedAt,
    `${seconds(timing.seconds)} for ${counted(timing.steps, 'step')}${perStep === null ? '' : `, ${size(perStep)} µs each`}`,
  ];
};

const names = ['backproof', 'TensorFlow.js', 'Backend', 'Node', 'Machine', 'Started', 'Time'];

const Environment = ({ results: { train, compare } }: { results: ReportResults }): VNode => {
  const columns = [
    ...(train ? [{ label: 'Training', values: environment(train) }] : []),
    ...(compare ? [{ label: 'Comparison', values: environment(compare) }] : []),
  ];
  return (
    <Table
      stacked
      caption="Where and when"
      columns={[{ label: 'What' }, ...columns.map(({ label }) => ({ label, text: true }))]}
      rows={names.map((name, at) => [name, ...columns.map(({ values }) => values[at])])}
    />
  );
};

/** The JSON that the page offers for saving: the results without their large parts. */
const keptResults = ({ train, compare }: ReportResults): object => {
  const {
    kernelHistory: _kernels,
    checkpoints: _networks,
    images: _images,
    logits: _logits,
    ...kept
  } = train ?? {};
  const {
    perEpoch: _rows,
    perEpochFloat64: _rowsFloat64,
    scatter: _elements,
    chain: _hops,
    ...compared
  } = compare ?? {};
  return { ...(train && { train: kept }), ...(compare && { compare: compared }) };
};

/** Can I trust and repeat it? */
export const Provenance = ({ results }: { results: ReportResults }): VNode => {
  const { config, data } = anyResult(results);
  const { train, compare } = results;
  const commands = [...new Set([train, compare].flatMap((result) => result?.provenance.command ?? []))];
  return (
    <Section
      id="provenance"
      question="Can I trust and repeat it?"
      title={`Seed ${config.seed} on ${sources[data.source]}: the same command gives the same run`}
    >
      {commands.map((command, at) => (
        <Command id={`command-${at}`} command={command} />
      ))}
      <Json id="results" value={keptResults(results)} />
      <p class="needs-scripts">
        <button type="button" data-results="results" hidden>
          Save the results as JSON
        </button>{' '}
        <span class="aside">
          without images, histories and single elements, which train.json and compare.json have
        </span>
      </p>
      <Fold summary="Settings, versions, machine, data and its checksums">
        <div class="row row--narrow-wide">
          <Table
            stacked
            caption="Configuration"
            columns={[{ label: 'Setting' }, { label: 'Value', text: true }]}
            rows={Object.entries(config).map(([name, value]) => [<code>{name}</code>, String(value)])}
          />
          <Environment results={results} />
        </div>
        <p>
          {`${counted(data.trainCount, 'training image')} and ${counted(data.testCount, 'test image')} of ${sources[data.source]}.`}
        </p>
        {data.files.length > 0 && (
          <Table
            caption="Files that were read"
            columns={[{ label: 'File' }, { label: 'Bytes' }, { label: 'SHA-256', text: true }]}
            rows={data.files.map((file) => [file.name, count(file.bytes), <code>{file.sha256}</code>])}
          />
        )}
      </Fold>
    </Section>
  );
};
