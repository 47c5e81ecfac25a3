const { default: Sequencer } = require('@jest/test-sequencer');

/** The suites in the order in which they are named: nearest first. */
module.exports = class Nearest extends Sequencer {
  /**
   * @override
   * @param {import('@jest/test-result').Test[]} tests
   */
  sort(tests) {
    const order = process.argv;
    const place = (/** @type {import('@jest/test-result').Test} */ { path }) =>
      order.findIndex((word) => path.endsWith(word));
    return [...tests].sort((a, b) => place(a) - place(b));
  }
};
