const { readFileSync } = require('node:fs');
const Environment = require('../../test/support/environment.cjs');

/** Milliseconds that a test may take with a mutant: so many times as long as without, and so much more. */
const LIMIT = { times: 8, more: 2000 };

/**
 * @typedef {import('@jest/types').Circus.Event} Event
 * @typedef {import('@jest/types').Circus.TestEntry} TestEntry
 * @typedef {import('@jest/types').Circus.TestFn | import('@jest/types').Circus.HookFn} Fn
 * @typedef {ConstructorParameters<typeof Environment>} Given
 */

/**
 * The suites' own environment. With mutants behind switches, every test that passes meets each of those that it has
 * reached; with a mutant in the source, what is left of a suite after its first failure is skipped.
 */
module.exports = class Mutating extends Environment {
  #hasFailed = false;
  /** The mutants that are not killed yet. @type {Set<number> | null} */
  #alive = null;
  #reached = new Uint8Array();
  #active = new Uint8Array();
  /** Milliseconds; a test that takes longer meets no mutants. */
  #longest = Number.POSITIVE_INFINITY;

  /** @param {Given} given */
  constructor(...given) {
    super(...given);
    const { task } = given[0].projectConfig.testEnvironmentOptions;
    if (typeof task !== 'string') return;
    const { count, alive, longest } = JSON.parse(readFileSync(task, 'utf8'));
    this.#alive = new Set(alive);
    this.#longest = longest ?? this.#longest;
    this.#reached = new Uint8Array(count);
    this.#active = new Uint8Array(count);
    Object.assign(this.global, { __reached: this.#reached, __active: this.#active });
  }

  /** @param {Event} event */
  async handleTestEvent(event) {
    if (event.name === 'test_start') {
      if (this.#alive === null && this.#hasFailed) event.test.mode = 'skip';
      // What modules and hooks for several tests have run does not run again with a test.
      this.#reached.fill(0);
    }
    if (event.name === 'test_done') {
      this.#hasFailed ||= event.test.errors.length > 0;
      if (this.#alive !== null && event.test.mode !== 'skip' && !this.#hasFailed)
        await this.#meet(event.test);
    }
  }

  /** @param {TestEntry} test */
  async #meet(test) {
    const reached = [...(this.#alive ?? [])].filter((id) => this.#reached[id] === 1);
    if (reached.length === 0) return;
    const begun = performance.now();
    // Some tests cannot run twice.
    if (!(await passes(test, 60_000))) return;
    const duration = performance.now() - begun;
    if (duration > this.#longest) return;
    const limit = LIMIT.times * duration + LIMIT.more;
    for (const id of reached) {
      process.send?.({ what: 'meets', ids: [id], limit });
      this.#active[id] = 1;
      const survived = await passes(test, limit);
      this.#active[id] = 0;
      process.send?.({ what: survived ? 'survived' : 'killed', ids: [id] });
      if (survived) continue;
      this.#alive?.delete(id);
      // What the mutant has left behind must not be held against the next one.
      if (!(await passes(test, limit))) process.exit();
    }
  }
};

/** Runs a test again with its hooks. @param {TestEntry} test @param {number} limit milliseconds */
async function passes(test, limit) {
  const blocks = [];
  for (let block = test.parent; block !== undefined; block = /** @type {any} */ (block.parent))
    blocks.push(block);
  /** @param {string} type @param {typeof blocks} order */
  const hooks = (type, order) => order.flatMap((block) => block.hooks.filter((hook) => hook.type === type));
  const before = hooks('beforeEach', blocks.toReversed());
  const after = hooks('afterEach', blocks);
  let passed = true;
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error('late')), limit);
  });
  late.catch(() => {});
  const run = async () => {
    for (const { fn } of before) await called(fn);
    if (test.fn) await called(test.fn);
  };
  try {
    await Promise.race([run(), late]);
  } catch {
    passed = false;
  }
  try {
    for (const { fn } of after) await Promise.race([called(fn), late]);
  } catch {
    passed = false;
  }
  clearTimeout(timer);
  return passed;
}

/** @param {Fn} fn @returns {Promise<unknown>} */
const called = (fn) =>
  fn.length === 0
    ? Promise.resolve(/** @type {() => unknown} */ (fn)())
    : new Promise((resolve, reject) =>
        fn(/** @type {any} */ ((/** @type {unknown} */ error) => (error ? reject(error) : resolve(null)))),
      );
