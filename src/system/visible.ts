/** Control characters, unpaired surrogates, line separators and marks that change the direction of text. */
const HIDDEN = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/gu;
const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

const escaped = (character: string): string =>
  SHORT[character] ?? `\\u{${character.codePointAt(0)!.toString(16).padStart(2, '0')}}`;

/**
 * A text on one line, with every character escaped that a terminal, an XML file or a reader would not show as written.
 */
export const visible = (text: string): string => text.replace(HIDDEN, escaped);

/** The same for a text of several lines; line breaks are kept. */
export const visibleLines = (text: string): string =>
  text.replace(HIDDEN, (character) => (character === '\n' ? character : escaped(character)));

/** A copy of data with every text and every key made visible; line breaks in texts are kept. */
export function visibleData<Data>(data: Data): Data {
  return copyOf(data) as Data;
}

function copyOf(value: unknown): unknown {
  if (typeof value === 'string') return visibleLines(value);
  if (Array.isArray(value)) return value.map(copyOf);
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  // Not by assignment: an input may be named __proto__.
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [visible(key), copyOf(inner)]));
}
