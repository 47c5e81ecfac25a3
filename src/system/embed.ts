/**
 * Escapes JavaScript for a `<script>` element. `</script` would end the element, and `<!--` can hide its end; in a
 * valid script, both occur only in strings and regular expressions, where the escape means the same. The replacement is
 * a function because a string would be searched for `$&`, which would change Plotly's bundle.
 */
export const escapeScript = (source: string): string => source.replace(/<(?=!--|\/script)/gi, () => '\\x3C');

/** Undoes escapeScript. */
export const unescapeScript = (text: string): string => text.replace(/\\x3C(?=!--|\/script)/gi, () => '<');

/** A value as JSON for `<script type="application/json">`, without any `<` that could open or end an element. */
export const escapeJson = (value: unknown): string => JSON.stringify(value).replace(/</g, () => '\\u003c');
