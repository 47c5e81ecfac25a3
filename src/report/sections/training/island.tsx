import type { VNode } from 'preact';
import { percent } from '../../../system/text.ts';
import { EpochSlider } from '../../parts/epochSlider.tsx';
import { size } from '../../parts/format.ts';
import { Readout } from '../../parts/readout.tsx';
import { usePage } from '../../state.ts';

const share = (value: number | null): string => (value === null ? 'no images' : percent(value));

/** The page's epoch, and the loss and accuracy at that point. */
export const TrainingIsland = (): VNode => {
  const { run, frame } = usePage();
  const { epoch, trainAccuracy, testAccuracy } = run.frames[frame.value]!;
  const loss = run.losses[epoch - 1];
  return (
    <>
      <EpochSlider id="training-epoch" />
      <Readout
        values={{
          'Loss of the epoch': loss === undefined ? 'none yet' : size(loss),
          'Training images read right': share(trainAccuracy),
          'Test images read right': share(testAccuracy),
        }}
      />
    </>
  );
};
