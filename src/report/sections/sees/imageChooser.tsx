import type { VNode } from 'preact';
import { samplesIn } from '../../parts/chosen.ts';
import { counted } from '../../parts/format.ts';
import { type Chosen, usePage } from '../../state.ts';

const sets = { test: 'test image', train: 'training image', drawn: 'Your drawing' } as const;

/** Chooses the image that the page shows: its set, and its index there. */
export const ImageChooser = (): VNode => {
  const state = usePage();
  const { chosen } = state;
  const samples = samplesIn(state, chosen.value.set);
  const at = chosen.value.set === 'drawn' ? 0 : chosen.value.at;
  const last = (samples?.count ?? 1) - 1;
  const choose = (set: Chosen['set'], next: number): void => {
    const most = (samplesIn(state, set)?.count ?? 1) - 1;
    const inside = Math.min(most, Math.max(0, Math.round(next)));
    chosen.value = set === 'drawn' ? { set } : { set, at: inside };
  };
  const step = (by: number): void => choose(chosen.value.set, at + by);
  return (
    <div class="chooser needs-scripts">
      <label for="sees-set">Image</label>
      <select
        id="sees-set"
        value={chosen.value.set}
        onChange={(event) => choose(event.currentTarget.value as Chosen['set'], 0)}
      >
        {(['test', 'train', 'drawn'] as const).map((set) => {
          const count = samplesIn(state, set)?.count ?? 0;
          if (set === 'drawn') return <option value={set}>{sets.drawn}</option>;
          return count > 0 && <option value={set}>{counted(count, sets[set])}</option>;
        })}
      </select>
      {samples && (
        <span class="chooser__number">
          <button type="button" aria-label="Previous image" disabled={at === 0} onClick={() => step(-1)}>
            ‹
          </button>
          <input
            type="number"
            aria-label="Number of the image"
            min={0}
            max={last}
            value={at}
            onChange={(event) => {
              const wanted = event.currentTarget.valueAsNumber;
              choose(chosen.value.set, Number.isFinite(wanted) ? wanted : at);
              // A number clamped to the previous one changes no state, so the typed text would stay.
              if (chosen.value.set !== 'drawn') event.currentTarget.value = String(chosen.value.at);
            }}
          />
          <button type="button" aria-label="Next image" disabled={at === last} onClick={() => step(1)}>
            ›
          </button>
        </span>
      )}
    </div>
  );
};
