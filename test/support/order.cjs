const { sep } = require('node:path');
const { default: Sequencer } = require('@jest/test-sequencer');

/** @typedef {import('@jest/test-result').Test} Test */

/** The suites that take longer than 20 s on two idle cores, the longest first. */
const LONGEST = [
  'gradcheck/fuzz',
  'e2e/realDigits',
  'contract/audit',
  'e2e/builtApp',
  'e2e/bench',
  'gradcheck/selftest/selfTest',
  'e2e/reportSees',
  'e2e/reportCurves',
  'e2e/auditPage',
  'gradcheck/file/several',
  'e2e/report',
  'e2e/commands',
  'e2e/accessibility',
  'gradcheck/file/check',
  'gradcheck/jest/wholeFiles',
  'scripts/tfjs-suite/backends',
  'gradcheck/file/hostile',
  'tfjs/native/setup',
  'e2e/witness',
  'e2e/reportLive',
  'package/types',
].map((name) => `${sep}test${sep}${name.replaceAll('/', sep)}.test.ts`);

/**
 * Runs the longest suites first: a long one that starts last leaves the other cores idle. Jest orders by recorded
 * times; a fresh clone has none, and then it uses the size of the files, which says nothing about their duration.
 */
module.exports = class LongestFirst extends Sequencer {
  /**
   * @override
   * @param {Test[]} tests
   */
  async sort(tests) {
    const sorted = await super.sort(tests);
    if (sorted.some(({ duration }) => duration !== undefined)) return sorted;
    const rank = (/** @type {Test} */ { path }) => {
      const found = LONGEST.findIndex((name) => path.endsWith(name));
      return found < 0 ? LONGEST.length : found;
    };
    return sorted.toSorted((a, b) => rank(a) - rank(b));
  }
};
