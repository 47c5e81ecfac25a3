import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import { areaUnderCurve } from '../../../notebook/engines/evaluate.ts';
import { confusionAt, misread, readAll, rocCurve } from '../../../notebook/inference/reading.ts';
import { percent } from '../../../system/text.ts';
import { EpochSlider } from '../../parts/epochSlider.tsx';
import { Figure } from '../../parts/figure.tsx';
import { Fold } from '../../parts/fold.tsx';
import { counted } from '../../parts/format.ts';
import { usePage } from '../../state.ts';
import { Confusion } from './confusion.tsx';
import { Figures } from './figures.tsx';
import { MisreadList } from './misreadList.tsx';
import { rocPlot } from './roc.ts';

/** The slider of the probability that separates the two digits. */
const ThresholdSlider = (): VNode => {
  const { threshold } = usePage();
  return (
    <div class="slider needs-scripts">
      <label for="threshold">Threshold</label>
      <input
        id="threshold"
        type="range"
        min={0}
        max={1}
        step={0.01}
        value={threshold.value}
        onInput={(event) => {
          threshold.value = Number(event.currentTarget.value);
        }}
      />
      <output for="threshold">{threshold.value.toFixed(2)}</output>
    </div>
  );
};

/** The test images at the cursor's epoch and the reader's threshold, for runs whose images the page includes. */
export const TestIsland = (): VNode | null => {
  const { run, frame, threshold } = usePage();
  const samples = run.images?.test;
  const { positive, negative } = run.config;
  const { epoch, parameters, trainAccuracy } = run.frames[frame.value]!;
  const { reading, curve, area } = useMemo(() => {
    if (!samples) return { reading: null, curve: [], area: null };
    const reading = readAll(parameters, samples);
    return {
      reading,
      curve: rocCurve(reading.predictions, samples.labels),
      area: areaUnderCurve(reading.predictions, samples.labels),
    };
  }, [parameters]);
  const when = epoch === 0 ? 'before training' : `after epoch ${epoch}`;
  const at = threshold.value.toFixed(2);
  const spec = useMemo(() => {
    // Only with images of both digits there is a curve.
    if (!samples || !reading || curve.length === 0) return null;
    const [[tn, fp], [fn, tp]] = confusionAt(reading.predictions, samples.labels, threshold.value);
    const point = { falsePositives: fp / (tn + fp), truePositives: tp / (fn + tp) };
    return rocPlot(curve, point, threshold.value, `ROC of the test images, ${when}`, run.config);
  }, [reading, threshold.value]);
  if (!samples || !reading) return null;
  const confusion = confusionAt(reading.predictions, samples.labels, threshold.value);
  const wrong = misread(reading, samples.labels, threshold.value);
  const right = samples.count - wrong.length;
  const always = Math.max(...confusion.map(([no, yes]) => no + yes)) / samples.count;
  return (
    <>
      <EpochSlider id="test-epoch" />
      <ThresholdSlider />
      <div class="row">
        <Confusion
          confusion={confusion}
          config={run.config}
          caption={`Confusion matrix of the test images, threshold ${at}, ${when}`}
        />
        <Figures
          figures={{
            'Training accuracy, threshold 0.50':
              trainAccuracy === null ? 'not known' : percent(trainAccuracy),
            [`Test accuracy, threshold ${at}`]: percent(right / samples.count),
            'Area under the ROC curve': area === null ? 'not defined' : area.toFixed(4),
            'Always the same answer would get': percent(always),
          }}
        />
      </div>
      <Fold summary="The ROC curve, and the images that are read wrong">
        {spec && (
          <Figure
            live
            square
            id="roc"
            label={`ROC curve of the test images, ${when}`}
            spec={spec}
            columns={[
              { label: `Read as ${positive} from probability` },
              { label: `${negative}s read as ${positive}` },
              { label: `${positive}s read as ${positive}` },
            ]}
            rows={curve.map(({ rating, falsePositives, truePositives }) => [
              Number.isFinite(rating) ? rating : 'none',
              percent(falsePositives),
              percent(truePositives),
            ])}
          >
            Each threshold is a point of the curve; towards the upper left is better. The table has its
            corners.
          </Figure>
        )}
        <h3>
          {wrong.length === 0
            ? 'No test image is read wrong'
            : `${counted(wrong.length, 'test image')} ${wrong.length === 1 ? 'is' : 'are'} read wrong`}
        </h3>
        <MisreadList wrong={wrong} samples={samples} />
      </Fold>
    </>
  );
};
