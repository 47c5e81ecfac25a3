const { createHash } = require('node:crypto');
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const plain = require('../../test/support/transform.cjs');

const root = join(__dirname, '..', '..');
/** @type {import('./mutants.ts').Mutant} */
const mutant = JSON.parse(process.env.BACKPROOF_MUTANT ?? '{}');
const version = readFileSync(join(root, 'test/support/transform.cjs'));

/**
 * The tests' own transform, with the mutant put into the source of its file: nothing on disk is changed, and several
 * mutants can run side by side.
 * @type {import('@jest/transform').SyncTransformer}
 */
module.exports = {
  process(source, filename, options) {
    return plain.process(isMutated(filename) ? mutated(source) : source, filename, options);
  },
  getCacheKey(source, filename) {
    const what = isMutated(filename) ? mutated(source) : source;
    return createHash('sha256')
      .update(version)
      .update(JSON.stringify([filename, what]))
      .digest('hex');
  },
};

const isMutated = (/** @type {string} */ filename) =>
  mutant.file !== undefined && filename === join(root, mutant.file);
const mutated = (/** @type {string} */ source) =>
  source.slice(0, mutant.start) + mutant.after + source.slice(mutant.end);
