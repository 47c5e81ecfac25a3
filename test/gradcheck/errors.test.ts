import { expect, it } from '@jest/globals';
import { errorText, GradcheckInputError, ThrownError } from '../../src/gradcheck/errors.ts';

it('an error of a function names the spec and the function, and keeps what was thrown', () => {
  const error = new ThrownError('layer', 'forward', 'no such op');
  expect(error).toBeInstanceOf(GradcheckInputError);
  expect([error.message, error.reason]).toEqual(['layer: forward threw: no such op', 'no such op']);
});

it.each<[string, unknown, string]>([
  ['an error', new RangeError('too far'), 'too far'],
  ['a number', 7, '7'],
  ['null', null, 'null'],
  ['an object without a prototype', Object.create(null), 'a thrown value that cannot be read'],
])('the text of what is thrown: %s', (_name, thrown, text) => {
  expect(errorText(thrown)).toBe(text);
});
