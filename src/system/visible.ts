/** Control characters, halves of surrogate pairs, and what breaks lines or turns the direction of writing. */
const HIDDEN = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/gu;
const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

const escaped = (character: string): string =>
  SHORT[character] ?? `\\u{${character.codePointAt(0)!.toString(16).padStart(2, '0')}}`;

/** A text on one line, with everything escaped that a terminal, an XML file or a reader would not show as it is. */
export const visible = (text: string): string => text.replace(HIDDEN, escaped);

/** The same for a text of several lines, which stay. */
export const visibleLines = (text: string): string =>
  text.replace(HIDDEN, (character) => (character === '\n' ? character : escaped(character)));

/** A copy of data in which every text and every key is visible; line breaks stay in texts. */
export function visibleData<Data>(data: Data): Data {
  return copyOf(data) as Data;
}

function copyOf(value: unknown): unknown {
  if (typeof value === 'string') return visibleLines(value);
  if (Array.isArray(value)) return value.map(copyOf);
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  // Not by assignment: an input may be called __proto__.
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [visible(key), copyOf(inner)]));
}
