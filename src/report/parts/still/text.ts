/** The plain text of a spec's text, which may be `{ text }`, without Plotly's pseudo-HTML. */
export const plainText = (text: unknown): string => {
  const own = typeof text === 'object' && text !== null && 'text' in text ? text.text : text;
  return typeof own === 'string' ? own.replace(/<[^>]*>/g, ' ').trim() : '';
};
