/** A published file of digits, with one checksum, in hexadecimal, of the bytes as published. */
export type PublishedFile = {
  readonly name: string;
  readonly url: string;
  /** A download larger than this is abandoned. */
  readonly maxBytes: number;
} & ({ readonly md5: string; readonly sha256?: never } | { readonly md5?: never; readonly sha256: string });

/** The algorithm and value of a published file's checksum. */
export const checksumOf = (file: PublishedFile): ['md5' | 'sha256', string] =>
  file.md5 === undefined ? ['sha256', file.sha256] : ['md5', file.md5];

/** Training and test images in two files. */
export type PublishedFiles = Readonly<Record<'train' | 'test', PublishedFile>>;

const LIBSVM = 'https://www.csie.ntu.edu.tw/~cjlin/libsvmtools/datasets/multiclass';
const ELEMENTS = 'https://hastie.su.domains/ElemStatLearn/datasets';
const maxBytes = 16_000_000;

/** The training and test files of USPS; addresses and checksums as in torchvision/datasets/usps.py. */
export const PUBLISHED = {
  train: { name: 'usps.bz2', url: `${LIBSVM}/usps.bz2`, md5: 'ec16c51db3855ca6c91edd34d0e9b197', maxBytes },
  test: {
    name: 'usps.t.bz2',
    url: `${LIBSVM}/usps.t.bz2`,
    md5: '8ea070ee2aca1ac39742fdd1ef5ed118',
    maxBytes,
  },
} as const satisfies PublishedFiles;

/**
 * The same images with the same values in the same order, from the page of "The Elements of Statistical Learning" by
 * Hastie, Tibshirani and Friedman. The checksums are of copies of these files that were compared with PUBLISHED value
 * by value: none of the 9,298 images differs.
 */
export const SECOND_SOURCE = {
  train: {
    name: 'zip.train.gz',
    url: `${ELEMENTS}/zip.train.gz`,
    sha256: '66ebf231ab51f2cf6ac1a892d0f98ccffee1079d7a5db638c1f11f366046ca16',
    maxBytes,
  },
  test: {
    name: 'zip.test.gz',
    url: `${ELEMENTS}/zip.test.gz`,
    sha256: '8dacc3c6e136af6c3488de9e5113a7daf140c8c2f1f0b61c54ee02f03f1a962f',
    maxBytes,
  },
} as const satisfies PublishedFiles;
