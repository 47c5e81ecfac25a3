import { getEventListeners } from 'node:events';
import { expect, it, jest } from '@jest/globals';
import { request } from '../../../src/notebook/data/request.ts';
import { localServer, redirect, whole } from './server.ts';

const server = localServer();

it('yields the bytes and their announced number, and listens to the signal only that long', async () => {
  server.answers = [whole(Uint8Array.of(1, 2, 3))];
  const { signal } = new AbortController();
  const bytes: number[] = [];
  for await (const { chunk, total } of request(server.base, { signal, allowHttp: true })) {
    bytes.push(...chunk);
    expect([total, getEventListeners(signal, 'abort').length]).toEqual([3, 1]);
  }
  expect(bytes).toEqual([1, 2, 3]);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

it('follows no redirection to plain http unless that is allowed', async () => {
  server.answers = [redirect('/next'), whole(Uint8Array.of(1))];
  await expect(request(server.base, {}).next()).rejects.toThrow(
    `a redirection to ${server.base}/next, which is not https`,
  );
  expect(server.requests).toBe(1);
});

it('ends where DNS does not answer, after 3 s', async () => {
  jest.resetModules();
  jest.unstable_mockModule('node:dns/promises', () => ({ lookup: () => new Promise(() => {}) }));
  const { request } = await import('../../../src/notebook/data/request.ts');
  jest.useFakeTimers();
  const ended = jest.fn();
  const asked = request('https://backproof.invalid/usps.bz2', {})
    .next()
    .catch((error: Error) => ended(error.message));
  await jest.advanceTimersByTimeAsync(2999);
  expect(ended).not.toHaveBeenCalled();
  await jest.advanceTimersByTimeAsync(1);
  jest.useRealTimers();
  await asked;
  expect(ended).toHaveBeenCalledWith('no answer from DNS for backproof.invalid within 3 s');
});
