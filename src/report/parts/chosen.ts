import type { Samples } from '../../notebook/data/images.ts';
import { pixelsAt } from '../../notebook/inference/look.ts';
import type { Chosen, PageState } from '../state.ts';

/** The image that the page shows, with its name and label. */
export interface ChosenImage {
  /** [256] */
  readonly pixels: Float32Array;
  /** Its name in a sentence: test image 3, your drawing. */
  readonly name: string;
  /** The true label and the place in the file; null for a drawing. */
  readonly truth: { readonly label: number; readonly line: number } | null;
}

/** Samples of a set; null if there are none, or the page does not include them. */
export const samplesIn = ({ run: { images } }: PageState, set: Chosen['set']): Samples | null => {
  const samples = set === 'drawn' ? null : images?.[set];
  return samples && samples.count > 0 ? samples : null;
};

/** The image that a choice refers to. */
export function chosenImage(state: PageState): ChosenImage {
  const chosen = state.chosen.value;
  const samples = samplesIn(state, chosen.set);
  if (chosen.set === 'drawn' || !samples)
    return { pixels: state.drawn.value, name: 'your drawing', truth: null };
  return {
    pixels: pixelsAt(samples, chosen.at),
    name: `${chosen.set === 'test' ? 'test' : 'training'} image ${chosen.at}`,
    truth: { label: samples.labels[chosen.at]!, line: samples.indices[chosen.at]! + 1 },
  };
}
