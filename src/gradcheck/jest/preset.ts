import { fileURLToPath } from 'node:url';
import { SUBSTITUTED } from '../file/substitutes.ts';

/**
 * The package entry `backproof/jest-preset`, Jest's name for what `preset: 'backproof'` means: tests get TensorFlow.js
 * in double precision (`backproof/float64`) wherever they, the files that they test, or packages in node_modules import
 * a TensorFlow.js package. Beside another preset: `moduleNameMapper: { ...moduleNameMapper }` with the one from here.
 */
export const moduleNameMapper: Readonly<Record<string, string>> = Object.fromEntries(
  SUBSTITUTED.map(({ imports, by }) => [
    imports.source,
    // CommonJS, which Jest takes for ES modules as well: a path in a moduleNameMapper has no conditions.
    fileURLToPath(new URL(`./substitutes/${by}.cjs`, import.meta.url)),
  ]),
);
