import type { Dataset } from './images.ts';
export const syntheticDataset = (): Dataset => {
  throw new Error('not yet');
};
