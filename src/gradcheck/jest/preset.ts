import { fileURLToPath } from 'node:url';
import { SUBSTITUTED } from '../file/substitutes.ts';

/**
 * The package entry `backproof/jest-preset`, which Jest loads for `preset: 'backproof'`: tests get TensorFlow.js in
 * double precision (`backproof/float64`) wherever they, the files that they test, or packages in node_modules import a
 * TensorFlow.js package. With another preset, use `moduleNameMapper: { ...moduleNameMapper }` from this module.
 */
export const moduleNameMapper: Readonly<Record<string, string>> = Object.fromEntries(
  SUBSTITUTED.map(({ imports, by }) => [
    imports.source,
    // CommonJS, which Jest accepts for imports too: a path in a moduleNameMapper has no conditions.
    fileURLToPath(new URL(`./substitutes/${by}.cjs`, import.meta.url)),
  ]),
);
