// A source with all of its mutants beside what they replace, each behind a switch: a suite that has loaded it once can
// meet every mutant.
import type { Mutant } from './mutants.ts';

/** A mutant's number, which its switch has. */
export interface Numbered {
  readonly mutant: Mutant;
  readonly id: number;
}

interface Place {
  readonly start: number;
  readonly end: number;
  readonly isStatement: boolean;
  readonly mutants: Numbered[];
}

/** Notes that the place was reached, and tells whether this mutant is the one to run. */
const switchOf = (id: number): string => `(__reached[${id}]=1,__active[${id}])`;

/** The source with the mutants of it that can stand beside what they replace. */
export function switched(source: string, numbered: readonly Numbered[]): string {
  const places = new Map<string, Place>();
  for (const each of numbered) {
    const { within, kind } = each.mutant;
    if (within === null) continue;
    const [start, end] = within;
    const isStatement = kind === 'statement left out';
    const key = `${start} ${end} ${isStatement}`;
    const place = places.get(key) ?? { start, end, isStatement, mutants: [] };
    place.mutants.push(each);
    places.set(key, place);
  }
  // Outer places first; a statement is outside of its expression, which may be as long.
  const order = [...places.values()].sort(
    (a, b) => a.start - b.start || b.end - a.end || Number(b.isStatement) - Number(a.isStatement),
  );
  let next = 0;
  const upTo = (from: number, end: number): string => {
    let text = '';
    let at = from;
    for (let place = order[next]; place !== undefined && place.end <= end; place = order[next]) {
      next++;
      text += source.slice(at, place.start) + withTwins(place);
      at = place.end;
    }
    return text + source.slice(at, end);
  };
  const withTwins = ({ start, end, isStatement, mutants }: Place): string => {
    const own = upTo(start, end);
    if (isStatement) return `{${mutants.map(({ id }) => `if(${switchOf(id)});else `).join('')}{${own}}}`;
    const twins = mutants.map(({ id, mutant }) => {
      const twin = source.slice(start, mutant.start) + mutant.after + source.slice(mutant.end, end);
      return `${switchOf(id)}?(${twin}):`;
    });
    return `(${twins.join('')}(${own}))`;
  };
  return upTo(0, source.length);
}
