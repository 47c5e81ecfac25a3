const { default: Sequencer } = require('@jest/test-sequencer');

/** @typedef {import('@jest/test-result').Test} Test */

/**
 * End-to-end suites first, which take the longest: on a fresh clone Jest has no times to go by, and a long suite begun
 * last leaves the other cores idle.
 */
module.exports = class EndToEndFirst extends Sequencer {
  /**
   * @override
   * @param {Test[]} tests
   */
  async sort(tests) {
    const isEndToEnd = (/** @type {Test} */ test) => /[\\/]e2e[\\/]/.test(test.path);
    const sorted = await super.sort(tests);
    return [...sorted.filter(isEndToEnd), ...sorted.filter((test) => !isEndToEnd(test))];
  }
};
