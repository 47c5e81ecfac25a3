const { transformSync } = require('@swc/core');

/**
 * Types off, and globals turned into constants of the module. Jest runs modules in a context of its own, where every use
 * of a global is looked up by an interceptor, which makes inner loops many times as slow; a constant is not looked up.
 * Jest's sandboxInjectedGlobals is meant for the same, and has no effect on ES modules.
 * @type {import('@jest/transform').SyncTransformer<{ globals: string[] }>}
 */
module.exports = {
  process(source, filename, { transformerConfig: { globals } }) {
    const code = filename.endsWith('.js') ? source : withoutTypes(source, filename);
    return { code: `const { ${globals.join(', ')} } = globalThis; ${code}` };
  },
};

/** @type {(source: string, filename: string) => string} */
function withoutTypes(source, filename) {
  return transformSync(source, {
    filename,
    jsc: {
      target: 'es2022',
      parser: { syntax: 'typescript', tsx: filename.endsWith('x') },
      transform: { react: { runtime: 'automatic', importSource: 'preact' } },
    },
    module: { type: 'es6' },
    sourceMaps: 'inline',
    swcrc: false,
  }).code;
}
