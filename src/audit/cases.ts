import type { AuditCase } from './case.ts';
import { binary } from './families/binary.ts';
import { convolutions } from './families/convolutions.ts';
import { image } from './families/image.ts';
import { matmul } from './families/matmul.ts';
import { normalization } from './families/normalization.ts';
import { pooling } from './families/pooling.ts';
import { reductions } from './families/reductions.ts';
import { shape } from './families/shape.ts';
import { unary } from './families/unary.ts';
import { withoutGradient } from './families/withoutGradient.ts';

/** Every case, family by family. */
export const cases: readonly AuditCase[] = [
  ...unary,
  ...binary,
  ...reductions,
  ...matmul,
  ...convolutions,
  ...pooling,
  ...image,
  ...normalization,
  ...shape,
  ...withoutGradient,
];
