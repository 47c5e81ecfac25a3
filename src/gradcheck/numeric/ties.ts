import type { ElementResult, Side, Ties } from '../types.ts';
import type { InputTally } from './elements.ts';
import { distanceFromHulls, type Points } from './hull.ts';
import { type BranchTape, isSameBranch } from './kernels/branches.ts';
import type { Differencer } from './lines.ts';
import { TIES } from './precision.ts';

/** An element at a point where pieces meet that disagrees with the piece that TensorFlow.js takes. */
export interface Deferred {
  readonly tally: InputTally;
  readonly flat: number;
  readonly element: ElementResult;
}

/** An element at a tie: the function is on another piece on at least one side of it. */
interface Corner {
  readonly tally: InputTally;
  readonly flat: number;
  readonly tapes: readonly BranchTape[];
}

/**
 * At a tie (equal numbers under max, 0 under relu) the right gradients are the convex hull of the gradients of the
 * pieces that meet there: Clarke's subdifferential (F. Clarke, Optimization and Nonsmooth Analysis, 1983, theorem
 * 2.5.1). The pieces are found by tiny moves of single elements, and of all elements at random; places moved by the
 * same element form one factor of a sum of hulls.
 */
export function resolveTies(
  differencer: Differencer,
  tallies: readonly InputTally[],
  deferred: readonly Deferred[],
  random: () => number,
): Ties {
  const of = tallies.reduce((sum, { input }) => sum + input.size, 0);
  const unresolved = { elements: deferred.length, of, conventionIsSubgradient: null };
  if (deferred.length === 0 && (differencer.tape.ties === 0 || of > TIES.elements))
    return { ...unresolved, elements: 0 };
  const corners = of > TIES.elements ? null : cornersOf(differencer, tallies);
  if (corners === null || corners.length === 0 || corners.length > TIES.corners) {
    for (const { tally, flat, element } of deferred)
      tally.add(flat, { ...element, atTie: true, status: 'undecided', oddOneOut: null, note: TOO_MANY });
    return unresolved;
  }
  const hulls = hullsOf(differencer, corners, random);
  const deferredAt = ({ tally, flat }: Corner) =>
    deferred.find((one) => one.tally === tally && one.flat === flat)?.element;
  const convention = Float64Array.from(corners, (corner) => {
    const { tally, flat } = corner;
    const known = deferredAt(corner)?.numeric ?? tally.numeric[flat]!;
    // An element outside the samples has no differences yet.
    return Number.isNaN(known) ? differencer.slopeOn(differencer.tape, tally.input, flat) : known;
  });
  const size = largestFinite([convention, ...hulls.flat(2)]);
  const allowed = Float64Array.from(
    corners,
    (corner) =>
      (deferredAt(corner)?.tolerance.total ?? 0) +
      TIES.slopes * Math.max(size, corner.tally.gradients.largest),
  );
  const known = hulls.filter((factors) => factors.flat().every((point) => point.every(Number.isFinite)));
  /** null if the differences cannot tell the slope of a piece. */
  const isSubgradient = (values: Float64Array): boolean | null => {
    if (!values.every(Number.isFinite)) return false;
    if (known.some((factors) => distanceFromHulls(values, factors, allowed) <= 1)) return true;
    return known.length === hulls.length ? false : null;
  };
  const isRight = (side: 'yours' | 'autodiff') =>
    isSubgradient(
      Float64Array.from(corners, ({ tally, flat }) => tally.gradients[side]?.[flat] ?? Number.NaN),
    );
  const right = { yours: isRight('yours'), autodiff: isRight('autodiff') };
  for (const { tally, flat, element } of deferred)
    tally.add(flat, settled({ ...element, atTie: true }, right));
  const isKnown = convention.every(Number.isFinite);
  return {
    elements: corners.length,
    of,
    conventionIsSubgradient: isKnown ? isSubgradient(convention) : null,
  };
}

const TOO_MANY = 'more elements tie here than can be resolved';

/** Decides a wrong element again, with sides that are subgradients counted as right. */
function settled(element: ElementResult, right: Record<'yours' | 'autodiff', boolean | null>): ElementResult {
  const { yours, autodiff, numeric, tolerance } = element;
  const differs = (value: number | null) =>
    value !== null && !(Math.abs(value - numeric!) <= tolerance.total);
  const isUnknown =
    (differs(yours) && right.yours === null) || (differs(autodiff) && right.autodiff === null);
  if (isUnknown) return { ...element, status: 'undecided', oddOneOut: null, note: NO_SLOPE };
  const off = (value: number | null, isRight: boolean | null) => isRight === false && differs(value);
  const wrong: Side[] = [];
  if (off(yours, right.yours)) wrong.push('yours');
  if (off(autodiff, right.autodiff)) wrong.push('tf autodiff');
  if (wrong.length > 0)
    return { ...element, oddOneOut: wrong.length === 1 ? wrong[0]! : element.oddOneOut, note: OUTSIDE };
  return { ...element, status: 'pass', distance: 0, oddOneOut: null, note: 'a subgradient at a tie' };
}

const NO_SLOPE =
  'x is exactly at a tie, and the differences cannot tell the gradient of a piece that meets there';

const OUTSIDE =
  'x is exactly at a tie: a gradient is right if it is in the convex hull of the gradients of the pieces that meet there, or is the one that TensorFlow.js takes';

function cornersOf(differencer: Differencer, tallies: readonly InputTally[]): Corner[] {
  return tallies.flatMap((tally) =>
    Array.from({ length: tally.input.size }, (_, flat): Corner | null => {
      const tapes = differencer.neighbours(tally.input, flat);
      return tapes === null ? null : { tally, flat, tapes };
    }).filter((corner) => corner !== null),
  );
}

/** The hulls in which a subgradient at the corners may lie: the sum place by place, and that of whole pieces. */
function hullsOf(differencer: Differencer, corners: readonly Corner[], random: () => number): Points[][] {
  const { piece } = differencer;
  const inputs = [...new Set(corners.map(({ tally }) => tally.input))];
  const asides = Array.from({ length: TIES.directions }, () => differencer.aside(inputs, random));
  const everyElementMoved = asides.filter((tape) => tape !== null);
  const moves = corners.map((corner) => corner.tapes.map((tape) => movesOf(piece, tape)));
  const known = new Map<string, Float64Array>();
  const gradientOn = (tape: BranchTape): Float64Array => {
    const key = keyOf(tape);
    const gradient =
      known.get(key) ??
      Float64Array.from(corners, ({ tally, flat }) => differencer.slopeOn(tape, tally.input, flat));
    known.set(key, gradient);
    return gradient;
  };
  const base = gradientOn(piece);
  const factors = grouped(moves.map((own) => own.flatMap((move) => [...move.keys()]))).map((places) => {
    const own = moves.filter((each) => each.some((move) => [...move.keys()].some((key) => places.has(key))));
    const seen = [...own.flat(), ...everyElementMoved.map((tape) => movesOf(piece, tape))];
    return piecesOf(piece, places, seen).map((tape) => gradientOn(tape).map((slope, i) => slope - base[i]!));
  });
  const tapes = [...corners.flatMap((corner) => corner.tapes), ...everyElementMoved];
  const whole = distinct(tapes).slice(0, TIES.pieces).map(gradientOn);
  return [[[base], ...factors], [whole]];
}

/** The pieces seen at a group of places, with all other places on their branches at the point. */
function piecesOf(
  piece: BranchTape,
  places: ReadonlySet<string>,
  seen: readonly ReadonlyMap<string, number>[],
): BranchTape[] {
  const pieces = new Map<string, BranchTape>();
  for (const move of seen) {
    const own = [...places].map((place) => [place, move.get(place)] as const);
    pieces.set(own.map(([, branch]) => branch ?? '').join(), withBranches(piece, own));
  }
  return [...pieces.values()].slice(0, TIES.pieces);
}

/** The places (call:element) where a tape is on another branch than at the point, with that branch. */
function movesOf(base: BranchTape, tape: BranchTape): Map<string, number> {
  const moves = new Map<string, number>();
  for (const [call, { branches }] of tape.calls.entries())
    for (let i = 0; i < branches.length; i++)
      if (!isSameBranch(branches[i]!, base.calls[call]!.branches[i]!))
        moves.set(`${call}:${i}`, branches[i]!);
  return moves;
}

function withBranches(
  base: BranchTape,
  moves: readonly (readonly [string, number | undefined])[],
): BranchTape {
  const calls = base.calls.map((call) => ({ ...call, branches: call.branches.slice() }));
  for (const [place, branch] of moves) {
    if (branch === undefined) continue;
    const [call, at] = place.split(':').map(Number) as [number, number];
    calls[call]!.branches[at] = branch;
  }
  return { ...base, calls };
}

/** Merges sets that have a member in common. */
function grouped(sets: readonly (readonly string[])[]): Set<string>[] {
  let groups: Set<string>[] = [];
  for (const set of sets) {
    const touching = groups.filter((group) => set.some((member) => group.has(member)));
    const united = new Set([...set, ...touching.flatMap((group) => [...group])]);
    groups = [...groups.filter((group) => !touching.includes(group)), united];
  }
  return groups;
}

/** A key that is equal for two tapes on the same piece. */
const keyOf = (tape: BranchTape): string => tape.calls.map(({ branches }) => branches.join()).join(';');

function distinct(tapes: readonly BranchTape[]): BranchTape[] {
  return [...new Map(tapes.map((tape) => [keyOf(tape), tape])).values()];
}

const largestFinite = (points: readonly Float64Array[]): number =>
  points.reduce(
    (most, point) => point.reduce((m, x) => (Number.isFinite(x) ? Math.max(m, Math.abs(x)) : m), most),
    0,
  );
