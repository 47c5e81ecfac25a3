import { createHash } from 'node:crypto';

/**
 * JavaScript as the text of a `<script>` element. `</script` would end the element, and `<!--` can hide its end;
 * in a script that runs, both stand in strings and regular expressions alone, where the escape means the same.
 * By a function, because a replacement string would be searched for `$&`, and so would change Plotly's bundle.
 */
export const escapeScript = (source: string): string => source.replace(/<(?=!--|\/script)/gi, () => '\\x3C');

/** What escapeScript was given. */
export const unescapeScript = (text: string): string => text.replace(/\\x3C(?=!--|\/script)/gi, () => '<');

/** A value as the text of `<script type="application/json">`: no `<` stays that could open or end anything. */
export const escapeJson = (value: unknown): string => JSON.stringify(value).replace(/</g, () => '\\u003c');

const sha256 = (text: string): string =>
  `'sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}'`;

/**
 * The page's Content-Security-Policy: nothing may load, and no script runs but those that are named by their hash.
 *
 * Styles are the exception, and Plotly 4.1 the reason. Measured on a page of five plots: it adds two `<style>`
 * elements (its own rules and its map library's) and writes 14 `style` attributes on its SVG by setAttribute, all of
 * them refused without 'unsafe-inline'. With `default-src 'none'` a style can fetch nothing, so no data leaves by one.
 * Images may be `data:` (a heatmap is a picture inside the SVG) and `blob:` (a plot that is saved).
 */
export const contentSecurityPolicy = (scripts: readonly string[]): string =>
  [
    "default-src 'none'",
    `script-src ${scripts.map(sha256).join(' ')}`,
    "style-src 'unsafe-inline'",
    'img-src data: blob:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
