import { signal } from '@preact/signals';
import type { VNode } from 'preact';
import type { DeviceAudit } from '../../../results/audit.ts';
import { cases } from '../../cases.ts';
import { auditHere } from './auditHere.ts';
import { type PageBackend, pageBackends } from './backends.ts';
import { Findings } from './findings.tsx';

type State =
  | { readonly name: 'ready' }
  | { readonly name: 'running'; readonly done: number; readonly total: number; readonly backend: string }
  | { readonly name: 'done'; readonly audit: DeviceAudit }
  | { readonly name: 'failed'; readonly message: string };

const state = signal<State>({ name: 'ready' });
const chosen = signal<ReadonlySet<PageBackend>>(new Set(pageBackends));
const only = signal('');
const stopped = signal(false);

async function start(version: string): Promise<void> {
  stopped.value = false;
  state.value = { name: 'running', done: 0, total: 1, backend: '' };
  try {
    const audit = await auditHere({
      version,
      backends: pageBackends.filter((name) => chosen.value.has(name)),
      only: only.value.trim() === '' ? undefined : only.value.split(',').map((name) => name.trim()),
      onProgress: (done, total, backend) => {
        state.value = { name: 'running', done, total, backend };
      },
      isStopped: () => stopped.value,
    });
    state.value = { name: 'done', audit };
  } catch (error) {
    state.value = { name: 'failed', message: error instanceof Error ? error.message : String(error) };
  }
}

const ops = [...new Set(cases.map(({ op }) => op))].sort();

function toggle(name: PageBackend): void {
  const others = new Set(chosen.value);
  if (!others.delete(name)) others.add(name);
  chosen.value = others;
}

/** The choice of backends, the button, and the result. */
export const App = ({ version }: { version: string }): VNode => {
  const now = state.value;
  const isRunning = now.name === 'running';
  return (
    <>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (isRunning) stopped.value = true;
          else void start(version);
        }}
      >
        <fieldset disabled={isRunning}>
          <legend>Backends</legend>
          {pageBackends.map((name) => (
            <label key={name}>
              <input type="checkbox" checked={chosen.value.has(name)} onChange={() => toggle(name)} /> {name}
            </label>
          ))}
        </fieldset>
        <label>
          Only these ops, separated by commas (empty: all){' '}
          <input
            type="text"
            disabled={isRunning}
            value={only.value}
            list="ops"
            autocomplete="off"
            onInput={({ currentTarget }) => {
              only.value = currentTarget.value;
            }}
          />
          <datalist id="ops">
            {ops.map((name) => (
              <option key={name} value={name} />
            ))}
          </datalist>
        </label>
        <br />
        <button type="submit" disabled={!isRunning && chosen.value.size === 0}>
          {isRunning ? 'Stop' : now.name === 'ready' ? 'Start' : 'Start again'}
        </button>
      </form>
      <div aria-live="polite">
        {now.name === 'running' && <Progress {...now} />}
        {now.name === 'failed' && (
          <p class="bad">
            The audit ended with a fault of its own: {now.message}. What went before is lost; please report
            it.
          </p>
        )}
        {now.name === 'done' && <Findings audit={now.audit} />}
      </div>
    </>
  );
};

const Progress = ({ done, total, backend }: { done: number; total: number; backend: string }): VNode => (
  <p>
    <progress value={done} max={total} />
    <br />
    {done === 0 ? 'Starting' : `${done} of ${total} checks, now on ${backend}`}
  </p>
);
