const { createHash } = require('node:crypto');
const { existsSync, readFileSync } = require('node:fs');
const { join, relative } = require('node:path');
const plain = require('../../test/support/transform.cjs');

const root = join(__dirname, '..', '..');
const version = readFileSync(join(root, 'test/support/transform.cjs'));

/** @typedef {import('@jest/transform').TransformOptions<import('./run.ts').InSource>} Options */

/**
 * The tests' own transform, with the mutant put into the source of its file, or with sources from another folder: nothing
 * on disk is changed, and several mutants can run side by side.
 */
module.exports = {
  /** @type {import('@jest/transform').SyncTransformer<Options['transformerConfig']>['process']} */
  process(source, filename, options) {
    return plain.process(mutated(source, filename, options), filename, options);
  },
  /** @param {string} source @param {string} filename @param {Options} options */
  getCacheKey(source, filename, options) {
    return createHash('sha256')
      .update(version)
      .update(JSON.stringify([filename, mutated(source, filename, options)]))
      .digest('hex');
  },
};

/** @param {string} source @param {string} filename @param {Options} options */
function mutated(source, filename, { transformerConfig: { mutant, sources } }) {
  const other = sources && join(sources, relative(root, filename));
  if (other !== null && existsSync(other)) return readFileSync(other, 'utf8');
  if (mutant === null || filename !== join(root, mutant.file)) return source;
  return source.slice(0, mutant.start) + mutant.after + source.slice(mutant.end);
}
