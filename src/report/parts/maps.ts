import type { Look } from '../../notebook/inference/look.ts';
import type { Config } from '../../results/shared.ts';
import type { NetworkMap } from './map.tsx';

/** The maps of an image from pixels to logit, in the order of computation; `part` prefixes their ids. */
export function mapsOf(
  part: string,
  name: string,
  pixels: Float32Array,
  weight: Float64Array,
  seen: Look,
  { positive, negative }: Config,
): Record<'image' | 'convOut' | 'reluOut' | 'weight' | 'contribution', NetworkMap> {
  const map = (
    key: string,
    title: string,
    formula: string,
    label: string,
    rest: Pick<NetworkMap, 'scale' | 'values' | 'ends'>,
  ): NetworkMap => ({ id: `${part}-${key}`, title, formula, label, ...rest });
  return {
    image: map('image', 'image', '16 by 16 pixels', `the pixels of ${name}`, {
      scale: 'ink',
      values: pixels,
    }),
    convOut: map('conv-out', 'convOut', 'image ∗ kernel', `convOut of ${name}`, {
      scale: 'signed',
      values: seen.convOut,
    }),
    reluOut: map('relu-out', 'reluOut', 'max(0, convOut)', `reluOut of ${name}`, {
      scale: 'size',
      values: seen.reluOut,
    }),
    weight: map('weight', 'weight', 'one for each place', 'the weight of every place', {
      scale: 'signed',
      values: weight,
    }),
    contribution: map(
      'contribution',
      'contribution',
      'reluOut · weight',
      `contributions of ${name} to the logit`,
      {
        scale: 'signed',
        values: seen.contributions,
        ends: [`for ${negative}`, `for ${positive}`],
      },
    ),
  };
}
