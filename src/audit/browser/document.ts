import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageVersion } from '../../results/provenance.ts';
import { contentHash } from '../../system/contentHash.ts';
import { escapeScript } from '../../system/embed.ts';
import { environmentFailure } from '../../system/errors.ts';
import { packageRoot } from '../../system/packageRoot.ts';
import { tfjsVersion } from '../../tfjs/tfjs.ts';

/**
 * The complete page that audits the device on which it is opened: it contains TensorFlow.js with its backends, double
 * precision and the checker, and its content security policy forbids it to load or send anything.
 *
 * @param folder the build, dist/ by default
 * @throws Failure (environment) after a build of the program alone, as `npm start` makes it
 */
export async function auditPage(folder = join(packageRoot(), 'dist')): Promise<string> {
  const read = async (name: string): Promise<string> => {
    const file = join(folder, name);
    if (!existsSync(file))
      throw environmentFailure(`${file}: expected the page of the build, got none; run npm run build`);
    return readFile(file, 'utf8');
  };
  const script = escapeScript(await read('auditPage.js'));
  const style = await read('auditPage.css');
  const version = await packageVersion();
  const policy = [
    "default-src 'none'",
    // Allows compiling WebAssembly, but not evaluating JavaScript.
    `script-src ${contentHash(script)} 'wasm-unsafe-eval'`,
    `style-src ${contentHash(style)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>backproof audit: the gradients of TensorFlow.js on this device</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<main>
<h1>Does this device compute the gradients of TensorFlow.js ${tfjsVersion} right?</h1>
<p>This page computes every gradient on each backend that works here, and holds it against double precision. It takes
a minute or a few. Nothing is loaded and nothing is sent: the result stays on this page until you copy it.</p>
<noscript><p>The page needs JavaScript.</p></noscript>
<div id="audit" data-version="${version}"></div>
<p class="quiet">Written by backproof ${version}. <code>backproof audit --merge FILE</code> takes the JSON into audit.json.</p>
</main>
<script>${script}</script>
</body>
</html>
`;
}
