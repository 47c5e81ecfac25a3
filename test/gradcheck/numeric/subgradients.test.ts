import { describe, expect, it } from '@jest/globals';
import { type Gradients, InputTally } from '../../../src/gradcheck/numeric/elements.ts';
import type { BranchTape } from '../../../src/gradcheck/numeric/kernels/branches.ts';
import type { Differencer } from '../../../src/gradcheck/numeric/lines.ts';
import { resolveTies } from '../../../src/gradcheck/numeric/ties.ts';
import type { Input } from '../../../src/gradcheck/spec/readInput.ts';
import type { ElementResult } from '../../../src/gradcheck/types.ts';

/** A branch of every place where pieces meet: 0 at the point. */
type Branches = readonly number[];
interface Case {
  readonly yours?: readonly number[];
  readonly autodiff?: readonly number[];
  /** The slopes of the piece with these branches. */
  readonly slopes?: (branches: Branches) => readonly number[];
  /** The branches to the left and to the right of each element, null where no pieces meet. */
  readonly beside?: readonly ([Branches, Branches] | null)[];
  readonly aside?: Branches | null;
  readonly ties?: number;
  readonly more?: number;
  /** The elements that wait for the verdict; all by default. */
  readonly deferred?: readonly number[];
  readonly given?: Partial<ElementResult>;
  readonly largest?: number;
}

/** By default one element at 0 of the function max(0, x), whose slope is 0 on the left and 1 on the right. */
function resolve(all: Case) {
  const { yours = null, autodiff = null, slopes = ([open]) => [open!], aside = null, ties = 1 } = all;
  const { beside = [[[0], [1]]], more = 0, deferred = [...beside.keys()], given, largest = 0 } = all;
  const tapeOf = (branches: Branches): BranchTape => ({
    calls: [{ kernel: 'Relu', branches: Float64Array.from(branches), output: null }],
    ties,
  });
  const places = beside.find((each) => each !== null)?.[0].length ?? 1;
  const piece = tapeOf(Array<number>(places).fill(0));
  const differencer = {
    ...{ tape: piece, piece },
    aside: () => aside && tapeOf(aside),
    neighbours: (_input: Input, flat: number) => beside[flat]?.map(tapeOf) ?? null,
    slopeOn: ({ calls }: BranchTape, _input: Input, flat: number) => slopes([...calls[0]!.branches])[flat],
  } as unknown as Differencer;
  const size = beside.length + more;
  const input = { name: 'x', shape: [size], size } as unknown as Input;
  const side = (values: readonly number[] | null) => values && Float64Array.from(values);
  const gradients = { yours: side(yours), autodiff: side(autodiff), largest } as unknown as Gradients;
  const tally = new InputTally(input, gradients);
  const waiting = deferred.map((flat) => ({
    ...{ tally, flat },
    element: {
      ...{ index: [flat], status: 'wrong', yours: yours?.[flat] ?? null, autodiff: autodiff?.[flat] ?? null },
      ...{ numeric: 0, distance: 3, tolerance: { total: 0 }, oddOneOut: null, atTie: false, note: null },
      ...given,
    } as unknown as ElementResult,
  }));
  const found = resolveTies(differencer, [tally], waiting, () => 0.5);
  const { worst, ...counted } = tally.result();
  return { ties: found, worst, counted, status: worst?.status, note: worst?.note };
}

describe('a gradient where two pieces meet', () => {
  it.each([
    [0.5, 'pass'],
    [1, 'pass'],
    [1 + 0.9e-7, 'pass'],
    [1 + 1.1e-7, 'wrong'],
    [-0.9e-7, 'pass'],
    [-1.1e-7, 'wrong'],
    [Number.NaN, 'wrong'],
    [Number.POSITIVE_INFINITY, 'wrong'],
  ])('%d between the slopes 0 and 1: %s', (value, status) => {
    const found = resolve({ yours: [value] });
    expect(found).toMatchObject({
      status,
      worst: { oddOneOut: status === 'wrong' ? 'yours' : null, atTie: true },
      ties: { elements: 1, of: 1, conventionIsSubgradient: true },
    });
    expect(found.note).toContain(status === 'wrong' ? 'convex hull' : 'a subgradient at a tie');
    if (status === 'pass') expect(found.worst!.distance).toBe(0);
  });

  it('may be further off by its tolerance, and by 1e-7 of the largest', () => {
    const tolerant = { given: { tolerance: { total: 0.25 } as never } };
    expect(resolve({ yours: [1.2499], ...tolerant }).status).toBe('pass');
    expect(resolve({ yours: [1.2501], ...tolerant }).status).toBe('wrong');
    expect(resolve({ yours: [1.099], largest: 1e6 }).status).toBe('pass');
    expect(resolve({ yours: [1.101], largest: 1e6 }).status).toBe('wrong');
  });

  it.each<[number, number, ElementResult['status'], ElementResult['oddOneOut']]>([
    [0.5, 1, 'pass', null],
    [0.5, 2, 'wrong', 'tf autodiff'],
    [2, 0.5, 'wrong', 'yours'],
    [2, 0, 'wrong', 'yours'],
    [2, 3, 'wrong', 'numeric'],
  ])('yours %d, autodiff %d: %s', (yours, autodiff, status, oddOneOut) => {
    const found = resolve({ yours: [yours], autodiff: [autodiff], given: { oddOneOut: 'numeric' } });
    expect(found.worst).toMatchObject({ status, oddOneOut });
  });

  it('is not known where the slope of a piece is not, unless it lies between others', () => {
    const steep = { slopes: ([branch]: Branches) => [branch === 1 ? Number.NaN : branch!] };
    expect(resolve({ yours: [0.5], ...steep })).toMatchObject({
      ...{ status: 'undecided', worst: { oddOneOut: null }, ties: { conventionIsSubgradient: null } },
      note: expect.stringContaining('cannot tell the gradient of a piece'),
    });
    expect(resolve({ autodiff: [0.5], ...steep }).status).toBe('undecided');
    expect(resolve({ yours: [0.5], autodiff: [Number.NaN], ...steep }).status).toBe('undecided');
    // A side that the differences confirm does not need it.
    expect(resolve({ yours: [Number.NaN], autodiff: [0], ...steep }).status).toBe('wrong');
    expect(resolve({ yours: [0], autodiff: [Number.NaN], ...steep }).status).toBe('wrong');
    // Unknown only where both places open, and the slope between is that of the second.
    const both: Case = {
      slopes: ([a, b]) => [a! * b! === 1 ? Number.NaN : b!],
      beside: [[[0, 0], [0, 1]]], // biome-ignore format: a pair
      aside: [1, 1],
    };
    expect(resolve({ yours: [0.5], ...both }).status).toBe('pass');
    expect(resolve({ yours: [2], ...both }).status).toBe('undecided');
    const all = { slopes: () => [Number.NaN], given: { numeric: Number.NaN } };
    expect(resolve({ yours: [0.5], ...all }).ties.conventionIsSubgradient).toBeNull();
  });

  it('moves in all places at once as far as the hull of whole pieces, seen aside, allows', () => {
    // Both places open only together: the slopes are 0 and 4.
    const slopes = ([a, b]: Branches) => [4 * a! * b!];
    const beside: Case['beside'] = [[[0, 0], [0, 1]]]; // biome-ignore format: a pair
    expect(resolve({ yours: [3], slopes, beside }).status).toBe('wrong');
    expect(resolve({ yours: [3], slopes, beside, aside: [1, 1] }).status).toBe('pass');
    expect(resolve({ yours: [4.1], slopes, beside, aside: [1, 1] }).status).toBe('wrong');
  });

  it('adds up over places that are free of each other, and not over those that move together', () => {
    // biome-ignore format: pairs
    const free: NonNullable<Case['beside']> = [[[0, 0], [1, 0]], [[0, 0], [0, 1]]];
    // biome-ignore format: pairs
    const shared: NonNullable<Case['beside']> = [[[0, 0], [1, 0]], [[0, 0], [1, 1]]];
    const slopes = (branches: Branches) => branches;
    const at = (yours: number[], beside: NonNullable<Case['beside']>) =>
      resolve({ yours, slopes, beside }).status;
    expect([at([1, 1], free), at([0.25, 0.75], free), at([1.1, 0], free)]).toEqual(['pass', 'pass', 'wrong']);
    // The pieces are [0, 0], [1, 0] and [1, 1].
    expect([at([1, 1], shared), at([0.75, 0.25], shared), at([0.25, 0.75], shared)]).toEqual([
      ...['pass', 'pass', 'wrong'],
    ]);
  });
});

describe('the elements where pieces meet', () => {
  it('are looked for only where some tie or wait, and not among more than 1024', () => {
    const none = { deferred: [] };
    expect(resolve({ ...none, ties: 0, more: 3 }).ties).toEqual({
      ...{ elements: 0, of: 4, conventionIsSubgradient: null },
    });
    expect(resolve({ ...none, more: 1023 }).ties).toEqual({
      ...{ elements: 1, of: 1024, conventionIsSubgradient: true },
    });
    expect(resolve({ ...none, more: 1024 }).ties).toEqual({
      ...{ elements: 0, of: 1025, conventionIsSubgradient: null },
    });
    expect(resolve({ yours: [0.5], ties: 0 }).status).toBe('pass');
  });

  it('are left open where there are too many, or none', () => {
    const many = (count: number): Case => ({
      yours: Array<number>(count).fill(0),
      beside: Array<[Branches, Branches]>(count).fill([[0], [1]]),
      slopes: ([open]) => Array<number>(count).fill(open!),
      deferred: [0],
    });
    expect(resolve(many(64)).status).toBe('pass');
    for (const left of [many(65), { ...many(1), more: 1024 }, { yours: [0], beside: [null] }])
      expect(resolve(left)).toMatchObject({
        ...{ status: 'undecided', worst: { atTie: true, oddOneOut: null } },
        ties: { elements: 1, conventionIsSubgradient: null },
        note: 'more elements tie here than can be resolved',
      });
  });

  it('have the slope that TensorFlow.js takes from the differences, which are taken now if they are not known', () => {
    expect(resolve({ yours: [0.5], given: { numeric: 0.75 } }).ties.conventionIsSubgradient).toBe(true);
    expect(resolve({ yours: [0.5], given: { numeric: 2 } }).ties.conventionIsSubgradient).toBe(false);
    const outside = { slopes: ([open]: Branches) => [open! + 5], deferred: [] };
    expect(resolve({ ...outside }).ties.conventionIsSubgradient).toBe(true);
  });
});
