/**
 * JavaScript as the text of a `<script>` element. `</script` would end the element, and `<!--` can hide its end;
 * in a script that runs, both stand only in strings and regular expressions, where the escape means the same.
 * By a function, because a replacement string would be searched for `$&`, and so would change Plotly's bundle.
 */
export const escapeScript = (source: string): string => source.replace(/<(?=!--|\/script)/gi, () => '\\x3C');

/** The text that escapeScript was given. */
export const unescapeScript = (text: string): string => text.replace(/\\x3C(?=!--|\/script)/gi, () => '<');

/** A value as the text of `<script type="application/json">`: no `<` stays that could open or end anything. */
export const escapeJson = (value: unknown): string => JSON.stringify(value).replace(/</g, () => '\\u003c');
