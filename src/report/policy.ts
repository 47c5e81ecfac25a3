import { contentHash } from '../system/contentHash.ts';

/**
 * The page's Content-Security-Policy: nothing may load, and no script runs but those that are named by their hash.
 *
 * Styles are the exception, and Plotly 4.1 the reason. Measured on a page of five plots: it adds two `<style>`
 * elements (its own rules and its map library's) and writes 14 `style` attributes on its SVG by setAttribute, all of
 * them refused without 'unsafe-inline'. With `default-src 'none'` a style can fetch nothing, so no data leaves by one.
 * 'wasm-unsafe-eval' lets the training kernel compile, and no JavaScript.
 * Images may be `data:` (a heatmap is a picture inside the SVG) and `blob:` (a plot that is saved).
 */
export const contentSecurityPolicy = (scripts: readonly string[]): string =>
  [
    "default-src 'none'",
    `script-src ${scripts.map(contentHash).join(' ')} 'wasm-unsafe-eval'`,
    "style-src 'unsafe-inline'",
    'img-src data: blob:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
