import type { Images, Sides } from './padding.ts';

/** The result of backend_util.computeConv2DInfo. */
interface ConvInfo {
  readonly batchSize: number;
  readonly inHeight: number;
  readonly inWidth: number;
  readonly inChannels: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly effectiveFilterHeight: number;
  readonly effectiveFilterWidth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly padInfo: { readonly top: number; readonly left: number };
}

/** The images of a depthwise convolution, and their sides including padding: the pixels that its filters reach. */
export const depthwiseImages = (info: ConvInfo): { images: Images; sides: Sides } => ({
  images: {
    batch: info.batchSize,
    input: [1, info.inHeight, info.inWidth],
    channels: info.inChannels,
    padding: [0, info.padInfo.top, info.padInfo.left],
  },
  sides: [
    1,
    (info.outHeight - 1) * info.strideHeight + info.effectiveFilterHeight,
    (info.outWidth - 1) * info.strideWidth + info.effectiveFilterWidth,
  ],
});
