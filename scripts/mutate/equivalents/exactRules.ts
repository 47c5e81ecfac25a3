import { BEYOND, type Equivalent, SPLIT } from './equivalent.ts';

export const EXACT_RULES: readonly Equivalent[] = [
  {
    file: 'src/gradcheck/exact/rules/linear.ts',
    at: 'counts.get(id) ?? 0',
    kinds: ['number'],
    reason: 'the least common multiple of more numbers is a multiple as well',
  },
  {
    file: 'src/gradcheck/exact/rules/branches.ts',
    at: 'bound: world.constant([0])',
    kinds: ['number'],
    reason: 'no element is beyond an infinite bound, so it is multiplied by 0',
  },
  { file: 'src/gradcheck/exact/rules/bilinear.ts', at: 'const TERMS', kinds: ['arithmetic'], reason: SPLIT },
  { file: 'src/gradcheck/exact/rules/bilinear.ts', at: 'const HALF', kinds: ['arithmetic'], reason: SPLIT },
  {
    file: 'src/gradcheck/exact/rules/bilinear.ts',
    at: 'return Math.min(sizeOf',
    kinds: ['method'],
    reason: SPLIT,
  },
  {
    file: 'src/gradcheck/exact/rules/bilinear.ts',
    at: '<= TERMS',
    kinds: ['never', 'comparison'],
    reason: SPLIT,
  },
  {
    file: 'src/gradcheck/exact/rules/choose.ts',
    at: 'rank < order.length',
    kinds: ['comparison'],
    reason: BEYOND,
  },
  {
    file: 'src/gradcheck/exact/rules/composite.ts',
    at: 'const reach = Math.min(radius, channels - 1)',
    kinds: ['number'],
    reason: 'channels beyond the last one add 0',
  },
  { file: 'src/gradcheck/exact/rules/linear.ts', at: 'const HALF', kinds: ['arithmetic'], reason: SPLIT },
  {
    file: 'src/gradcheck/exact/rules/resample.ts',
    at: '    if (x < 0) {',
    kinds: ['number'],
    reason: 'numbers from 0 to length - 1 are returned before',
  },
  {
    file: 'src/gradcheck/exact/rules/resample.ts',
    at: '    if (x < 0) {',
    kinds: ['comparison'],
    reason: '0 is returned before',
  },
  {
    file: 'src/gradcheck/exact/rules/resample.ts',
    at: 'if (back >= length) back',
    kinds: ['comparison'],
    reason: 'length and its mirror image are both held at length - 1',
  },
  {
    file: 'src/gradcheck/exact/rules/resample.ts',
    at: 'back < -length ?',
    kinds: ['comparison'],
    reason: 'length and its mirror image are both held at length - 1',
  },
  {
    file: 'src/gradcheck/exact/rules/branches.ts',
    at: 'Number(attr ?? 0)',
    kinds: ['number'],
    reason: 'only leakyRelu reads it, which has one',
  },
];
