import { pick, type Random, whole } from './kind.ts';

/** Placeholders for values that JSON.stringify cannot write: they are replaced in the text. */
const NESTED = '@nested@';
const HUGE = '@huge@';

/** A script that must not run in a page, and whose tags must not even appear in it. */
export const SCRIPT = '</script><script>alert(1)</script><img src=x onerror=alert(1)>';

/** Values that replace a field of a result. */
const values: readonly unknown[] = [
  null,
  true,
  '',
  0,
  -1,
  1.5,
  2 ** 31,
  2 ** 53,
  1e15,
  1e308,
  -1e308,
  1.7e38,
  5e-324,
  [],
  {},
  [[]],
  SCRIPT,
  'w'.repeat(20_000),
  'red \u001b[31m\u0000\u2028\u202e',
  '1e999',
  NESTED,
  HUGE,
];

type Container = Record<string | number, unknown>;

/** Every field of a value, as its container and a key; of long lists only some entries. */
function* places(value: unknown, random: Random): Generator<[Container, string | number]> {
  if (typeof value !== 'object' || value === null) return;
  const keys = Array.isArray(value)
    ? value.length <= 6
      ? [...value.keys()]
      : [0, value.length - 1, whole(random, 0, value.length - 1), whole(random, 0, value.length - 1)]
    : Object.keys(value);
  for (const key of keys) {
    yield [value as Container, key];
    yield* places((value as Container)[key], random);
  }
}

/** Changes one field of a result in place, and returns what it changed. */
function changeOne(result: unknown, random: Random): string {
  const [container, key] = pick(random, [...places(result, random)]);
  const value = container[key];
  const at = String(key).slice(0, 20);
  const changes: (() => string)[] = [
    () => {
      container[key] = pick(random, values);
      return `${at} = ${JSON.stringify(container[key]).slice(0, 30)}`;
    },
  ];
  if (Array.isArray(container))
    changes.push(() => `dropped ${container.splice(Number(key), whole(random, 1, 3)).length} of a list`);
  else
    changes.push(() => {
      delete container[key];
      return `without ${at}`;
    });
  if (typeof value === 'number')
    changes.push(() => {
      container[key] = value * pick(random, [-1, 0, 10, 1e30, 1e-30, 1.0001]) + pick(random, [0, 0, 1]);
      return `${at} = ${container[key]}`;
    });
  if (Array.isArray(value))
    changes.push(
      () => {
        value.length = whole(random, 0, value.length);
        return `${at} cut to ${value.length}`;
      },
      () => {
        value.push(...value.slice(0, whole(random, 1, 3)));
        return `${at} longer: ${value.length}`;
      },
    );
  return pick(random, changes)();
}

/** A JSON text with one to three fields changed, and a description of the changes. */
export function mutatedJson(text: string, random: Random): { readonly text: string; readonly how: string } {
  const value = JSON.parse(text) as unknown;
  const how = Array.from({ length: whole(random, 1, 3) }, () => changeOne(value, random)).join('; ');
  const deep = 20_000;
  const changed = JSON.stringify(value)
    .replaceAll(`"${NESTED}"`, () => '['.repeat(deep) + ']'.repeat(deep))
    .replaceAll(`"${HUGE}"`, () => '1e999');
  return { text: changed, how };
}

/** Bytes damaged as disks, editors and transfers do, and a description of the damage. */
export function mutatedBytes(
  bytes: Uint8Array,
  random: Random,
): { readonly bytes: Uint8Array; readonly how: string } {
  const copy = Buffer.from(bytes);
  const at = whole(random, 0, Math.max(0, copy.length - 1));
  const changes: (() => [Uint8Array, string])[] = [
    () => [copy.subarray(0, at), `cut to ${at} bytes`],
    () => [copy.subarray(at), `without its first ${at} bytes`],
    () => [Buffer.alloc(0), 'empty'],
    () => [Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), copy]), 'with a byte order mark'],
    () => [Buffer.from(copy.toString('latin1'), 'utf16le'), 'as UTF-16'],
    () => [Buffer.concat([copy, copy]), 'twice'],
    () => [Buffer.concat([copy.subarray(0, at), Buffer.alloc(1000), copy.subarray(at)]), `zeros at ${at}`],
    () => [copy.fill(0, at, Math.min(copy.length, at + 4096)), `zeroed at ${at}`],
    () => {
      const flips = whole(random, 1, 20);
      for (let flip = 0; flip < flips && copy.length > 0; flip++) {
        const place = whole(random, 0, copy.length - 1);
        copy[place] = copy[place]! ^ (1 << whole(random, 0, 7));
      }
      return [copy, `${flips} bits flipped`];
    },
    () => {
      const other = whole(random, 0, Math.max(0, copy.length - 1));
      const [from, to] = [Math.min(at, other), Math.max(at, other)];
      return [Buffer.concat([copy.subarray(0, from), copy.subarray(to)]), `without bytes ${from} to ${to}`];
    },
    () => [
      Buffer.concat([copy.subarray(0, at), Buffer.from(SCRIPT), copy.subarray(at)]),
      `a script at ${at}`,
    ],
  ];
  const [changed, how] = pick(random, changes)();
  return { bytes: changed, how };
}
