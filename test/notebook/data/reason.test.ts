import { expect, it } from '@jest/globals';
import { reasonOf } from '../../../src/notebook/data/reason.ts';

it.each([
  ['the message', { message: 'no space', code: 'ENOSPC' }, 'no space'],
  ['the message alone', { message: 'no space' }, 'no space'],
  ['the code where the message is empty', { message: '', code: 'ECONNREFUSED' }, 'ECONNREFUSED'],
  ['a text that was thrown', 'stopped', 'stopped'],
  ['nothing that was thrown', undefined, 'undefined'],
])('the reason is %s', (_name, thrown, reason) => {
  expect(reasonOf(thrown)).toBe(reason);
});
