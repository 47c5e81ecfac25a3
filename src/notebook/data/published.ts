/** A file of the USPS digits as it was published. */
export interface PublishedFile {
  readonly name: string;
  readonly url: string;
  /** In hexadecimal, of the bytes as published. */
  readonly md5: string;
  /** A download that grows beyond this is given up. */
  readonly maxBytes: number;
}

const BASE = 'https://www.csie.ntu.edu.tw/~cjlin/libsvmtools/datasets/multiclass';

/** The training and test files of USPS; addresses and checksums as in torchvision/datasets/usps.py. */
export const PUBLISHED = {
  train: {
    name: 'usps.bz2',
    url: `${BASE}/usps.bz2`,
    md5: 'ec16c51db3855ca6c91edd34d0e9b197',
    maxBytes: 16_000_000,
  },
  test: {
    name: 'usps.t.bz2',
    url: `${BASE}/usps.t.bz2`,
    md5: '8ea070ee2aca1ac39742fdd1ef5ed118',
    maxBytes: 16_000_000,
  },
} as const satisfies Record<'train' | 'test', PublishedFile>;
