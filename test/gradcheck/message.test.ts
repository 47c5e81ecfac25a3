import { describe, expect, it } from '@jest/globals';
import { type Facts, messageOf } from '../../src/gradcheck/message.ts';
import type { ElementResult, ExactOutcome, Stage } from '../../src/gradcheck/types.ts';
import { failing, input, kinks, passing, stage, worst, wrongInput } from './facts.ts';

// Facts in, lines out: each line there where it belongs, and nowhere else.

const lines = (facts: Facts, of: Partial<Facts> = {}) => messageOf({ ...facts, ...of }).message.split('\n');

describe('what passes', () => {
  it.each<[Partial<Facts>, string]>([
    [{}, '6 elements, yours, tf autodiff, numeric agree'],
    [{ hasYours: false, inputs: { x: input({ checked: 1 }) } }, '1 element, tf autodiff, numeric agree'],
    [
      { hasAutodiff: false, inputs: { x: input(), y: input({ checked: 2 }) } },
      '8 elements, yours, numeric agree',
    ],
  ])('%#: is counted, with who agrees', (of, end) => {
    expect(messageOf({ ...passing, ...of })).toEqual({
      message: `Gradient check passed: layer: ${end}`,
      remarks: false,
    });
  });

  it('of order 2 says so', () => {
    expect(lines(passing, { order: 2 })[0]).toMatch(/^Gradient check of order 2 passed: layer: 6 elements/);
  });

  it('with remarks: skipped elements, a screen, an input that is not used, a parameter that is not checked', () => {
    const { message, remarks } = messageOf({
      ...{ ...passing, kinks: kinks({ policy: 'skip', skipped: 1 }), mode: 'directional' },
      inputs: { x: input(), y: input() },
      dependence: { unused: ['y'], unchecked: ['w', 'b'], assigned: [] } as never,
    });
    expect(message.split('\n').slice(1)).toEqual([
      ' Not used: y (the output does not depend on it)',
      ' Not checked: w, b (forward reads it; put it into `variables` to check it)',
      ' Skipped at kinks: 1 element',
      " A screen only: a mistake can hide from random directions; mode 'full' checks every element",
    ]);
    expect(remarks).toBe(true);
    const one = { unused: [], unchecked: ['w'], assigned: [] } as never;
    expect(lines(passing, { dependence: one })[1]).toMatch(/^ Not checked: w \(forward reads it/);
  });

  it('without autodiff says why', () => {
    const unsupported = { kernel: 'Acos', missing: 'gradient', reason: 'no gradient of Acos' } as const;
    expect(lines(passing, { unsupported, hasAutodiff: false })[1]).toBe(
      ' No tf autodiff to compare with: TensorFlow.js: no gradient of Acos',
    );
  });

  it('at ties, and in single precision somewhere', () => {
    const ties = (elements: number, conventionIsSubgradient: boolean | null) =>
      lines(passing, { kinks: kinks({ ties: { elements, of: 6, conventionIsSubgradient } }) }).slice(1);
    expect([ties(0, false), ties(1, true), ties(2, null)]).toEqual([
      ...[[], [' Ties: 1 of 6 elements ties'], [' Ties: 2 of 6 elements tie']],
    ]);
    expect(ties(2, false)[0]).toMatch(
      /^ Ties: 2 of 6 elements tie; the gradient that TensorFlow\.js takes there is no/,
    );
    expect(lines(passing, { singlePrecision: { where: 'a model', outputs: 1, of: 3 } as never })[1]).toBe(
      ' float32 inside a model: 1 of 3 outputs have 24 bits; the tolerances are wider for it',
    );
  });
});

describe('what fails', () => {
  const header = 'Gradient check FAILED: layer: x [2,3], 1 of 6 elements wrong';
  const element = [
    ' worst element x[1,0]',
    '   yours        2.5',
    '   tf autodiff  1',
    '   numeric      1.00097656 ± 7.5e-1  (central, float64, h = 1.3e-1)',
    '   |yours - numeric| 1.5e0, allowed 7.5e-1 (rtol 1e-9: 1e-9, atol 0, difference error 2.5e-1, rounding 5e-1)',
  ];

  it('in the numbers: who, how far, what was ruled out, and how to see it again', () => {
    expect(lines(failing)).toEqual([
      ...[header, 'Odd one out: YOUR backward (tf autodiff and numeric agree to 9.8e-4)', ...element],
      ' Ruled out: kinks (1 branch flip within ± h, all held as they are at x), noise (the differences converge with order 2.0)',
      ' Reproduce: gradcheck(spec)',
    ]);
  });

  it.each<[Partial<Facts>, string]>([
    [{ oddOneOut: 'tf autodiff' }, 'TF AUTODIFF of the forward (yours and numeric agree to 1.5e0)'],
    [
      { oddOneOut: 'numeric' },
      'NUMERIC (both gradients miss something that the forward does, such as a value read by dataSync) (yours and tf autodiff agree to 1.5e0)',
    ],
    [{ oddOneOut: null }, 'unknown, no two sides agree'],
    [{ hasAutodiff: false }, 'YOUR backward'],
    [{ hasYours: false, oddOneOut: 'tf autodiff' }, 'TF AUTODIFF of the forward'],
    [
      { oddOneOut: 'tf autodiff', dependence: { unused: [], unchecked: [], assigned: ['w', 'b'] } as never },
      'the ASSIGNMENT of w, b inside forward (assign, write or setWeights): it cuts the gradient (yours and numeric agree to 1.5e0)',
    ],
    [
      { dependence: { unused: [], unchecked: [], assigned: ['w'] } as never, hasAutodiff: false },
      'YOUR backward',
    ],
    [
      { precision: 'float32', hasAutodiff: false, inputs: { x: { ...wrongInput, maxUlps: 4 } } },
      'BACKEND cpu (yours, in single precision)',
    ],
    [{ precision: 'float32', hasAutodiff: false }, 'YOUR backward'],
    [
      { precision: 'float64', hasAutodiff: false, inputs: { x: { ...wrongInput, maxUlps: 4 } } },
      'YOUR backward',
    ],
    [{ dependence: null, hasAutodiff: false }, 'YOUR backward'],
    [
      {
        oddOneOut: 'tf autodiff',
        hasYours: false,
        dependence: { unused: [], unchecked: [], assigned: ['w'] } as never,
      },
      'the ASSIGNMENT of w inside forward (assign, write or setWeights): it cuts the gradient',
    ],
    [
      { precision: 'float32', hasAutodiff: false, inputs: { x: { ...wrongInput, maxUlps: 4 }, y: input() } },
      'BACKEND cpu (yours, in single precision)',
    ],
  ])('the odd one out, %#', (of, words) => expect(lines(failing, of)[1]).toBe(`Odd one out: ${words}`));

  it.each<[Partial<Facts>, string | null]>([
    [{ suspects: [{ kernel: 'Prod', known: null }] as never }, 'At fault: the gradient of Prod'],
    [
      {
        suspects: [
          { kernel: 'Prod', known: '#1' },
          { kernel: null, known: null },
        ] as never,
      },
      'At fault: the gradient of Prod (a known fault of TensorFlow.js: #1); your customGrad',
    ],
    [
      { oddOneOut: 'tf autodiff' },
      'Each op by itself has the right gradient: does forward read a value out (dataSync, arraySync)?',
    ],
    [{ oddOneOut: 'tf autodiff', precision: 'float32' }, null],
    [{ oddOneOut: 'tf autodiff', dependence: null }, null],
    [{ oddOneOut: 'tf autodiff', dependence: { unused: [], unchecked: [], assigned: ['w'] } as never }, null],
  ])('where autodiff is at fault, %#', (of, words) => {
    expect(lines(failing, of)[2]).toBe(words === null ? element[0] : ` ${words}`);
  });

  it('in an element without one of the sides, between pieces, with a note', () => {
    const shown = (of: Partial<ElementResult>, more: Partial<Facts> = {}) =>
      lines(failing, { inputs: { x: { ...wrongInput, worst: worst(of) } }, ...more });
    expect(shown({ yours: null })).toEqual([
      ...[
        header,
        'Odd one out: YOUR backward (tf autodiff and numeric agree to 9.8e-4)',
        element[0],
        element[2],
      ],
      ...[element[3], element[4]!.replace('yours', 'tf autodiff')],
      ...lines(failing).slice(-2),
    ]);
    expect(shown({ autodiff: null })[1]).toBe('Odd one out: YOUR backward');
    expect(shown({ autodiff: null })).not.toContain(element[2]);
    expect(shown({}, { oddOneOut: 'tf autodiff', suspects: [{ kernel: null }] as never })[7]).toMatch(
      /^ {3}\|tf autodiff - /,
    );
    expect(shown({ subgradient: [0, 1], note: 'noted' }).slice(7, 9)).toEqual([
      ...['   subgradients from 0 to 1', '   noted'],
    ]);
    expect(shown({ numeric: 1, ulps: 2.6 }, { precision: 'float32' }).slice(5)).toEqual([
      '   numeric      1 (double precision)',
      element[4]!.replace('1.5e0', '1.5e0 = 3 ULPs'),
      ' Ruled out: the code itself (in double precision all sides agree)',
      ' Reproduce: gradcheck(spec)',
    ]);
  });

  it.each<[Partial<ElementResult>, Partial<Facts>, string]>([
    [{ flips: 0 }, {}, 'kinks (0 branch flips within ± h), noise (the differences converge with order 2.0)'],
    [
      { flips: 2, slope: null },
      { kinks: kinks({ policy: 'subgradient' }) },
      'kinks (2 branch flips within ± h), noise (the differences agree at all steps)',
    ],
    [{ atTie: true, slope: 1.96 }, {}, 'noise (the differences converge with order 2.0)'],
  ])('what is ruled out, %#', (of, more, words) => {
    const all = lines(failing, { inputs: { x: { ...wrongInput, worst: worst(of) } }, ...more });
    expect(all).toContain(` Ruled out: ${words}`);
  });

  it('several inputs: those that are wrong and those that pass, a guess, other stages that fail', () => {
    const stages = [
      ...[
        stage('numbers', 'wrong', 'yours'),
        stage('no leak', '2 tensors'),
        stage('dy contract', 'twice', 'yours'),
      ],
      { ...stage('forward', 'fine'), status: 'pass' as const },
    ];
    const inputs = {
      a: input(),
      x: wrongInput,
      b: input({ status: 'inconclusive' }),
      y: { ...wrongInput, wrong: 2 },
    };
    const all = lines(failing, { stages, inputs, looksLike: 'a factor of 2.5' });
    expect(all[0]).toBe(`${header}; y [2,3], 2 of 6 elements wrong`);
    expect(all.slice(7)).toEqual([
      ...[
        ' Also: tensors leaked: 2 tensors',
        ' Also: the dy contract: yours: twice',
        ' Looks like: a factor of 2.5',
      ],
      ...[lines(failing).at(-2), ' Passed: a', ' Reproduce: gradcheck(spec)'],
    ]);
  });

  it.each<[Stage, string]>([
    ['forward', 'the forward'],
    ['repeatable', 'not repeatable'],
    ['names', 'number and names of the gradients'],
    ['shapes', 'shapes of the gradients'],
    ['finite', 'gradients not finite'],
    ['dy contract', 'the dy contract'],
    ['inputs unchanged', 'inputs changed'],
    ['no leak', 'tensors leaked'],
  ])('at stage %s', (name, words) => {
    const of = {
      stage: name,
      stages: [stage(name, 'details', 'yours')],
      inputs: { x: input({ status: 'not checked' }) },
    };
    expect(lines(failing, of)).toEqual([
      ...[`Gradient check FAILED: layer: ${words}`, 'Odd one out: YOUR backward', ' yours: details'],
      ' Reproduce: gradcheck(spec)',
    ]);
    expect(lines(failing, { ...of, stages: [stage(name, 'details')], oddOneOut: null })[1]).toBe(' details');
  });

  it('at another point than the inputs says where', () => {
    const point = { number: 3, of: 8, values: { x: [1, 2, 3, 4, 5, 6], y: [1, 2, 3, 4, 5, 6, 7] } } as never;
    expect(lines(failing, { point })[1]).toBe(
      ' At point 3 of 8 near the inputs: x = 1, 2, 3, 4, 5, 6; y = 1, 2, 3, 4, 5, 6, ...',
    );
  });
});

describe('what cannot be told', () => {
  const open: Facts = { ...passing, status: 'inconclusive' };

  it('names the elements, and what would decide', () => {
    const inputs = {
      a: input(),
      x: input({
        status: 'inconclusive',
        undecided: 2,
        worst: worst({ status: 'undecided', note: 'noise' }),
      }),
      y: input({ status: 'inconclusive', undecided: 1, skipped: 3, worst: worst({ status: 'pass' }) }),
      z: input({ status: 'inconclusive', skipped: 1 }),
    };
    expect(lines(open, { inputs, kinks: kinks({ policy: 'skip', skipped: 4 }) })).toEqual([
      ...['Gradient check INCONCLUSIVE: layer', ' x [2,3]: 2 elements undecided of 6'],
      ...['   x[1,0]: noise', ' y [2,3]: 1 element undecided, 3 elements skipped at kinks of 6'],
      ...[
        ' z [2,3]: 1 element skipped at kinks of 6',
        " kinks: 'freeze' checks the elements that 'skip' leaves out",
        ' Passed: a',
        ' Reproduce: gradcheck(spec)',
      ],
    ]);
    const atKinks = kinks({ policy: 'error', elements: 1, skipped: 1 });
    expect(lines(open, { kinks: atKinks })[1]).toBe(
      " kinks: 'error': 1 element with a branch flip within x ± h",
    );
    expect(lines(open, { kinks: kinks({ policy: 'error' }) })).toHaveLength(3);
    expect(lines(open, { kinks: kinks({ policy: 'skip', skipped: 1 }) })).toHaveLength(4);
  });

  it.each<[string[], string]>([
    [[], 'does forward use constants of its module instead of its inputs?'],
    [['w'], 'forward reads w: put it into `variables` to check it'],
  ])('an output that depends on nothing; reads %j', (unchecked, cause) => {
    expect(lines(open, { dependence: { unused: ['x'], unchecked, assigned: [] } as never })).toEqual([
      ...[
        'Gradient check INCONCLUSIVE: layer',
        ' The output does not depend on x: there is nothing to check',
      ],
      ...[` ${cause}`, ' Passed: x', ' Reproduce: gradcheck(spec)'],
    ]);
  });

  it('what TensorFlow.js lacks', () => {
    const unsupported = { kernel: 'Acos', missing: 'gradient', reason: 'no gradient' } as const;
    expect(lines(passing, { status: 'unsupported', unsupported, inputs: {} })).toEqual([
      ...['Gradient check UNSUPPORTED: layer', ' TensorFlow.js: no gradient', ' Reproduce: gradcheck(spec)'],
    ]);
  });
});

describe('the exact check', () => {
  const outcome = (of: Partial<ExactOutcome> = {}): ExactOutcome =>
    ({
      ...{ verdict: 'proved', bound: 2 ** -100, branches: 'none', cause: null, points: null, elements: [] },
      ...of,
    }) as ExactOutcome;
  const points = { tried: 8, proved: 8, cause: null, seen: [] };
  const seen = [
    { kernel: 'Relu', branches: 4, bothSides: 2 },
    { kernel: 'Max', branches: 1, bothSides: 0 },
    { kernel: 'Relu', branches: 2, bothSides: 1 },
  ];

  it.each<[Partial<ExactOutcome>, string]>([
    [{}, 'for all values'],
    [{ branches: 'all' }, 'on every branch pattern'],
    [{ branches: 'point' }, 'on the branch pattern of this point'],
    [
      { branches: 'point', points: points as never },
      'on the branch pattern of this point and at 8 points near it',
    ],
    [
      { branches: 'point', points: { ...points, tried: 1, proved: 0, cause: 'a kink' } as never },
      'on the branch pattern of this point and at 0 of 1 point near it (another: a kink)',
    ],
  ])('proved, %#', (of, reach) => {
    const { message, remarks } = messageOf({ ...passing, exact: outcome(of) });
    expect(message.split('\n')[1]).toMatch(/ \(the algebra, not the rounding\)$/);
    expect(message.split('\n')[1]!.startsWith(` PROVED ${reach}: `)).toBe(true);
    expect(remarks).toBe(false);
  });

  it('proved, and something beside it', () => {
    const skipped = { kinks: kinks({ policy: 'skip', skipped: 1 }), exact: outcome() };
    expect(messageOf({ ...passing, ...skipped }).remarks).toBe(true);
  });

  it('proved alone, and with the branches it saw', () => {
    const alone = messageOf({ ...passing, exact: outcome(), inputs: { x: input({ checked: 0 }) } });
    expect(alone.message).toMatch(/^Gradient check passed: layer\n PROVED for all values/);
    const told = lines(passing, { exact: outcome({ points: { ...points, seen } as never }) });
    expect(told[2]).toBe(' Branches seen on both sides: 3 of 6 of Relu, 0 of 1 of Max');
    expect(
      lines(passing, { exact: outcome({ verdict: 'not proved' }), inputs: { x: input({ checked: 0 }) } })[0],
    ).toMatch(/: 0 elements, /);
  });

  it('proved is no word of a check that failed; a contradiction is', () => {
    expect(lines(failing, { exact: outcome() }).join()).not.toContain('PROVED');
    expect(lines(failing, { exact: outcome(), contradiction: true })).toContain(
      ' The exact check says proved, finite differences say otherwise: a fault of this checker, please report it',
    );
  });

  const element = { input: 'x', index: [0, 1], yours: 2, autodiff: 1, numeric: 1 };
  const refuted = outcome({
    verdict: 'refuted',
    elements: [element, { ...element, yours: null }, { ...element, numeric: null }, element] as never,
  });
  it('refuted where the differences name no element', () => {
    const all = lines(failing, { exact: refuted, inputs: { x: input() } });
    expect(all[0]).toBe('Gradient check FAILED: layer: REFUTED by the exact check');
    expect(all.filter((line) => line.startsWith(' Exact'))).toEqual([
      ' Exact: x[0,1] is 2, by dual numbers 1',
      ' Exact: x[0,1] is 1, by dual numbers 1',
      ' Exact: x[0,1] is 2, by dual numbers unknown',
    ]);
    expect(lines(failing, { exact: refuted }).join()).not.toContain('Exact');
  });

  it('neither: the cause, where the check did not fail anyway', () => {
    const cannot = outcome({ verdict: 'cannot prove', cause: 'no rule for Acos' });
    expect(lines(passing, { exact: cannot })[1]).toBe(' Exact check: cannot prove (no rule for Acos)');
    expect(lines(passing, { exact: { ...cannot, points: points as never } })[1]).toBe(
      ' Exact check: cannot prove (no rule for Acos); proved at 8 points near it',
    );
    expect(lines(failing, { exact: cannot }).join()).not.toContain('cannot prove');
  });

  it('adds nothing to wrong elements, although other inputs have none', () => {
    const exact = outcome({ verdict: 'refuted', elements: [element] as never });
    expect(lines(failing, { exact, inputs: { x: wrongInput, y: input() } }).join()).not.toContain('Exact:');
  });
});
