const { transformSync } = require('@swc/core');

/**
 * Strips the types.
 * @type {import('@jest/transform').SyncTransformer}
 */
module.exports = {
  process: (source, filename) => ({
    code: transformSync(source, {
      filename,
      jsc: {
        target: 'es2022',
        parser: { syntax: 'typescript', tsx: filename.endsWith('x') },
        transform: { react: { runtime: 'automatic', importSource: 'preact' } },
      },
      module: { type: 'es6' },
      sourceMaps: 'inline',
      swcrc: false,
    }).code,
  }),
};
