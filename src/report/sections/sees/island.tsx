import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { look, strongest } from '../../../notebook/inference/look.ts';
import { chosenImage } from '../../parts/chosen.ts';
import { digitNamed, likely } from '../../parts/digits.ts';
import { EpochSlider } from '../../parts/epochSlider.tsx';
import { capitalized } from '../../parts/format.ts';
import { MapData, MapFigure } from '../../parts/map.tsx';
import { mapsOf } from '../../parts/maps.ts';
import type { Mark } from '../../parts/pixels.tsx';
import { Sum } from '../../parts/probability.tsx';
import { Status } from '../../parts/status.tsx';
import { Place, PlacePicker, type Position, positionOf, WindowSlider } from '../../parts/window.tsx';
import { usePage } from '../../state.ts';
import { ImageChooser } from './imageChooser.tsx';

/** The label of the image, the prediction, and whether it is right. */
const Answer = ({ prediction }: { prediction: number }): VNode => {
  const state = usePage();
  const { positive, negative } = state.run.config;
  const { name, truth } = chosenImage(state);
  const read = prediction > state.threshold.value ? 1 : 0;
  const sure = likely(read === 1 ? prediction : 1 - prediction);
  const reads = `read as ${digitNamed(read === 1 ? positive : negative)} with ${sure}`;
  return (
    <p class="answer" id="sees-answer" tabIndex={-1}>
      {truth === null
        ? `${capitalized(name)}: ${reads}`
        : `${capitalized(name)}, line ${truth.line} of its file: ${digitNamed(truth.label === 1 ? positive : negative)}, ${reads} `}
      {truth !== null &&
        (truth.label === read ? (
          <Status status="pass" word="Right" />
        ) : (
          <Status status="fail" word="Wrong" />
        ))}
    </p>
  );
};

/** The forward pass of one image through the network of the cursor's epoch, and the kernel's window at one place. */
export const SeesIsland = (): VNode => {
  const state = usePage();
  const { run, frame, chosen, drawn } = state;
  const { parameters } = run.frames[frame.value]!;
  const { kernelSize } = run.config;
  const image = chosenImage(state);
  const seen = useMemo(() => look(parameters, image.pixels), [parameters, chosen.value, drawn.value]);
  const [at, moveTo] = useState<Position>(() => positionOf(strongest(seen.contributions), seen.side));
  const maps = mapsOf('sees', image.name, image.pixels, parameters.weight, seen, run.config);
  const cell: Mark = { ...at, size: 1 };
  const position = { at, moveTo, side: seen.side };
  return (
    <>
      <EpochSlider id="sees-epoch" />
      <ImageChooser />
      <Answer prediction={seen.prediction} />
      <div class="maps">
        <MapFigure
          map={maps.image}
          mark={{ ...at, size: kernelSize }}
          around={(picture) => (
            <WindowSlider {...position} kernelSize={kernelSize} convOut={seen.convOut}>
              {picture}
            </WindowSlider>
          )}
        />
        {[maps.convOut, maps.reluOut, maps.weight, maps.contribution].map((map) => (
          <MapFigure
            map={map}
            mark={cell}
            around={(picture) => <PlacePicker {...position}>{picture}</PlacePicker>}
          />
        ))}
      </div>
      <Sum seen={seen} bias={parameters.bias} />
      <Place at={at} pixels={image.pixels} parameters={parameters} seen={seen} />
      <MapData maps={Object.values(maps)} />
    </>
  );
};
