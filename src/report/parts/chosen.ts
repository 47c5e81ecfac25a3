import type { Samples } from '../../notebook/data/images.ts';
import { pixelsAt } from '../../notebook/inference/look.ts';
import type { Chosen, PageState } from '../state.ts';

/** The image that the page looks at, and what is known of it. */
export interface ChosenImage {
  /** [256] */
  readonly pixels: Float32Array;
  /** As a sentence names it: test image 3, your drawing. */
  readonly name: string;
  /** The digit that it is, and its place in the file; null for a drawing. */
  readonly truth: { readonly label: number; readonly line: number } | null;
}

/** Samples of a set; null where there are none, or the page does not carry them. */
export const samplesIn = ({ run: { images } }: PageState, set: Chosen['set']): Samples | null => {
  const samples = set === 'drawn' ? null : images?.[set];
  return samples && samples.count > 0 ? samples : null;
};

/** The image that a choice stands for. */
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
