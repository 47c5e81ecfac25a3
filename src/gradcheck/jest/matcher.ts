import { type GradcheckOptions, type GradcheckResult, type GradcheckSpec, gradcheck } from '../index.ts';

/** The part of a matcher's context in Jest and Vitest that is used here. */
interface MatcherContext {
  readonly isNot?: boolean;
}

/** The result of a matcher: whether it holds, and why. */
interface Verdict {
  readonly pass: boolean;
  readonly message: () => string;
}

/** For `expect.extend(gradcheckMatchers)`, if importing backproof/jest found no expect to register them with. */
export const gradcheckMatchers = {
  /**
   * Checks the gradients of a spec. A check that is inconclusive or unsupported fails both with and without `.not`.
   * @throws GradcheckInputError for a spec or an option that cannot be checked
   */
  async toPassGradcheck(
    this: MatcherContext,
    spec: unknown,
    options: GradcheckOptions = {},
  ): Promise<Verdict> {
    const reproduce = `await expect(spec).toPassGradcheck(${shown(options)})`;
    const result = await gradcheck(spec as GradcheckSpec, { reproduce, ...options });
    return verdictOf(result, this.isNot === true);
  },
};

function verdictOf({ status, message }: GradcheckResult, isNot: boolean): Verdict {
  if (status === 'pass')
    return { pass: true, message: () => `expected the gradient check to fail, but:\n${message}` };
  if (status === 'fail') return { pass: false, message: () => message };
  // With .not, a test fails if `pass` is true.
  return {
    pass: isNot,
    message: () =>
      isNot ? `${message}\nNeither right nor wrong could be shown, so .not does not hold either` : message,
  };
}

/** The options that repeat a check, as code; a TensorFlow.js is only given by name. */
function shown({ seed = 1, onProgress, reproduce, ...options }: GradcheckOptions): string {
  const given = Object.entries({ seed, ...options }).filter(([, value]) => value !== undefined);
  return `{ ${given.map(([name, value]) => (isPlain(value) ? `${name}: ${quoted(value)}` : name)).join(', ')} }`;
}

const isPlain = (value: unknown): boolean => typeof value !== 'object' && typeof value !== 'function';
const quoted = (value: unknown): string => (typeof value === 'string' ? `'${value}'` : String(value));
