import type { Workspace } from './backend.ts';

/** What backend_util.computeConv2DInfo tells, for images [batch, height, width, channels]. */
export interface ConvInfo {
  readonly batchSize: number;
  readonly inHeight: number;
  readonly inWidth: number;
  readonly inChannels: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly outChannels: number;
  readonly filterHeight: number;
  readonly filterWidth: number;
  readonly effectiveFilterHeight: number;
  readonly effectiveFilterWidth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly dilationHeight: number;
  readonly dilationWidth: number;
  readonly padInfo: { readonly top: number; readonly left: number };
}

/** Images in memory: where they start and how large one is. */
export interface Images {
  readonly address: number;
  readonly height: number;
  readonly width: number;
}

/**
 * The size of x with the padding around it: exactly the pixels that the kernel reaches. Where the op's own padding is
 * narrower (a single number, with a kernel that is not square), what is missing is 0 as well.
 */
export function paddedSize(info: ConvInfo): { height: number; width: number } {
  return {
    height: (info.outHeight - 1) * info.strideHeight + info.effectiveFilterHeight,
    width: (info.outWidth - 1) * info.strideWidth + info.effectiveFilterWidth,
  };
}

/** x with its padding, each channel so many `times`, brought to `channels`; x itself where that changes nothing. */
export function padded(
  x: number,
  info: ConvInfo,
  times: number,
  channels: number,
  { kernels, scratch }: Workspace,
): Images {
  const { batchSize, inHeight, inWidth, inChannels } = info;
  const { top, left } = info.padInfo;
  const { height, width } = paddedSize(info);
  const inside = top === 0 && left === 0 && height <= inHeight && width <= inWidth;
  if (inside && times === 1 && channels === inChannels)
    return { address: x, height: inHeight, width: inWidth };
  const address = scratch(batchSize * height * width * channels);
  kernels.spread(
    x,
    batchSize,
    inHeight,
    inWidth,
    inChannels,
    times,
    address,
    top,
    left,
    height,
    width,
    channels,
  );
  return { address, height, width };
}

/** Pixels with their channels brought to `wanted` by zeros; themselves where that changes nothing. */
export function widened(
  address: number,
  pixels: number,
  channels: number,
  wanted: number,
  { kernels, scratch }: Workspace,
): number {
  if (channels === wanted) return address;
  const out = scratch(pixels * wanted);
  kernels.spread(address, 1, 1, pixels, channels, 1, out, 0, 0, 1, pixels, wanted);
  return out;
}

/** The next multiple of four: the channels that SIMD takes at a time. */
export const fours = (channels: number): number => Math.ceil(channels / 4) * 4;
