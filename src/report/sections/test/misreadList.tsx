import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Samples } from '../../../notebook/data/images.ts';
import { pixelsAt } from '../../../notebook/inference/look.ts';
import type { Misread } from '../../../notebook/inference/reading.ts';
import { scaleOf } from '../../parts/colors.ts';
import { likely } from '../../parts/digits.ts';
import { count, size } from '../../parts/format.ts';
import { moveTo } from '../../parts/moveTo.ts';
import { Pixels } from '../../parts/pixels.tsx';
import { usePage } from '../../state.ts';

/** Number shown at first; the rest on demand. */
const FIRST = 12;

/** One misread image: its digit, its prediction, and on a click the network's view of it. */
const Thumbnail = ({ misread, samples }: { misread: Misread; samples: Samples }): VNode => {
  const { run, chosen } = usePage();
  const { positive, negative } = run.config;
  const { sample, label, prediction, loss } = misread;
  const [is, read] = label === 1 ? [positive, negative] : [negative, positive];
  const sure = likely(label === 1 ? 1 - prediction : prediction);
  const pixels = pixelsAt(samples, sample);
  return (
    <li>
      <button
        type="button"
        class="thumbnail"
        onClick={() => {
          chosen.value = { set: 'test', at: sample };
          moveTo('sees', 'sees-answer');
        }}
      >
        <Pixels label={`Test image ${sample}`} values={pixels} scale={scaleOf('ink', pixels)} steps={12} />
        <b>{`${is} read as ${read}`}</b>
        <span class="thumbnail__loss">{`${sure}, loss ${size(loss)}`}</span>
      </button>
    </li>
  );
};

/** The misread images, the largest loss first. */
export const MisreadList = ({ wrong, samples }: { wrong: readonly Misread[]; samples: Samples }): VNode => {
  const [all, setAll] = useState(false);
  if (wrong.length === 0) return <p>No test image is on the wrong side of the threshold.</p>;
  return (
    <>
      <p class="needs-scripts">Choose one to see what the network sees in it.</p>
      <ul class="thumbnails">
        {(all ? wrong : wrong.slice(0, FIRST)).map((misread) => (
          <Thumbnail key={misread.sample} misread={misread} samples={samples} />
        ))}
      </ul>
      {wrong.length > FIRST && (
        <p>
          {!all && `The ${FIRST} with the largest loss, of ${count(wrong.length)}. `}
          <button type="button" class="needs-scripts" aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? `Show the first ${FIRST}` : `Show all ${count(wrong.length)}`}
          </button>
        </p>
      )}
    </>
  );
};
