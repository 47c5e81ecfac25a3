const Environment = require('../../test/support/environment.cjs');

/** The suites' own environment, which skips what is left of a suite after its first failure. */
module.exports = class UntilFirstFailure extends Environment {
  hasFailed = false;

  /** @param {import('@jest/types').Circus.Event} event */
  handleTestEvent(event) {
    if (event.name === 'test_start' && this.hasFailed) event.test.mode = 'skip';
    if (event.name === 'test_done' && event.test.errors.length > 0) this.hasFailed = true;
  }
};
