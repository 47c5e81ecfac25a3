import { contentHash } from '../system/contentHash.ts';

/**
 * The page's Content-Security-Policy: nothing may load, and only scripts listed by hash may run.
 *
 * Styles are the exception, because of Plotly 4.1. Measured on a page of five plots: it adds two `<style>` elements
 * (its own rules and its map library's) and sets 14 `style` attributes on its SVG by setAttribute, all of them refused
 * without 'unsafe-inline'. With `default-src 'none'` a style cannot fetch anything, so no data can leak through one.
 * 'wasm-unsafe-eval' lets the training kernel compile, but no JavaScript. Images may be `data:` (a heatmap is a picture
 * inside the SVG) and `blob:` (a plot that is saved).
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
