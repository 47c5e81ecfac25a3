import { describe, expect, it } from '@jest/globals';
import { checkContract } from '../../src/gradcheck/contract.ts';
import type { Subject, Values } from '../../src/gradcheck/spec/subject.ts';
import { StageLog } from '../../src/gradcheck/stages.ts';

const values = (...x: number[]): Values => ({
  shape: [x.length],
  dtype: 'float32',
  values: Float64Array.from(x),
});
const dy = values(1, -2);

/** The stage's result for a gradient of x, for the values that dy has. */
function said(gradient: (dy: Float64Array) => number[], shape = [2]): string | null {
  const log = new StageLog();
  const subject = { checked: { differentiable: [{ name: 'x', shape }] } } as unknown as Subject;
  checkContract(subject, dy, 'yours', (given) => new Map([['x', values(...gradient(given.values))]]), log);
  const [stage] = log.list().filter(({ stage }) => stage === 'dy contract');
  expect([stage!.status, stage!.side]).toEqual(stage!.status === 'pass' ? ['pass', null] : ['fail', 'yours']);
  return stage!.detail;
}

describe('a gradient is linear in dy', () => {
  it.each<[string, (dy: Float64Array) => number[], string | null]>([
    ['three times dy', (dy) => [3 * dy[0]!, 3 * dy[1]!], null],
    ['nothing', () => [0, 0], null],
    ['a constant', () => [0, 5], 'the gradient of x does not depend on dy: dy is ignored'],
    ['one more', (dy) => [dy[0]!, dy[1]! + 1], 'the gradient of x is 1 at [1] where dy is zero, expected 0'],
    [
      'a square',
      (dy) => [dy[0]!, dy[1]! ** 2],
      'the gradient of x goes from 4 to 16 at [1] where dy doubles, expected 8',
    ],
    [
      'the same where dy is zero only',
      (dy) => [dy[0] === 2 ? 7 : 5, 0],
      'the gradient of x is 5 at [0] where dy is zero, expected 0',
    ],
    ['a size', (dy) => [Math.abs(dy[1]!), 0], null],
    [
      'NaN where dy doubles',
      (dy) => [dy[0] === 2 ? Number.NaN : dy[0]!, 0],
      'the gradient of x goes from 1 to NaN at [0] where dy doubles, expected 2',
    ],
  ])('%s', (_name, gradient, detail) => {
    expect(said(gradient)).toBe(detail);
  });

  it('within 1e-12 of itself and of the largest, which is 1000 here', () => {
    const off = (error: number) => said((dy) => [dy[0]! + (dy[0] === 2 ? error : 0), -500 * dy[1]!]);
    // 1e-12 (1 + 1000)
    expect([off(1.0005e-9), off(-1.0005e-9)]).toEqual([null, null]);
    expect([off(1.002e-9), off(-1.002e-9)]).toEqual([
      expect.stringMatching(/at \[0\]/),
      expect.stringMatching(/at \[0\]/),
    ]);
  });

  it('of numbers far below 1 within as small a part', () => {
    // 1e-12 (1e-3 + 1e-3)
    const off = (error: number) => said((dy) => [1e-3 * dy[0]! + (dy[0] === 2 ? error : 0), 0]);
    expect([off(1.99e-15), off(2.01e-15)]).toEqual([null, expect.stringMatching(/at \[0\]/)]);
  });

  it('names the place by its axes, and what it throws', () => {
    expect(said((dy) => [dy[0]!, dy[1]! + 1], [2, 1])).toMatch(/ at \[1,0\] where dy is zero/);
    expect(
      said(([first]) => {
        if (first === 0) throw new Error('no dy');
        return [1, 1];
      }),
    ).toBe('with zero or doubled dy it threw: no dy');
  });
});
