import { describe, expect, it } from '@jest/globals';
import { renderReport } from '../../../../src/report/index.ts';
import { Audit } from '../../../../src/report/sections/audit/section.tsx';
import { auditResult, known } from '../../../support/audit.ts';
import { withEveryString } from '../../../support/hostile.ts';
import { readSection } from '../../../support/page.ts';
import { trainResult } from '../../../support/results.ts';

describe('audit', () => {
  const COUNTS = [
    '2 cases of 101 of the 101 gradients that are registered, in 11.2 s: in double precision against finite differences, in single precision against double precision; first with what this project corrects, then as TensorFlow.js is shipped. The exact check proves 1 of these gradients.',
    'Cases by backend',
    '| Backend | Right | Wrong | Refused | Cannot tell | Wrong as shipped | Refused as shipped | Kernels of this project |',
    '| native | | | | | | | the addon is not there |',
    '| cpu | 3 | 1 | 5 | 7 | 11 | 13 | MaxPool3DGrad and ResizeNearestNeighborGrad |',
  ];
  const FAULTS = [
    'What is wrong, refused or missing, and why',
    'Wrong, and not fixed here',
    '| Op | Backend | Input | Came, and right | Why |',
  ];
  const MIRROR_PAD =
    '| mirrorPad | cpu | x [4]; paddings [[1,2]], mode reflect | dx[2] = 1.1128, right: 0.15757 |';
  const QUESTION = 'Are the gradients of TensorFlow.js itself right?';

  it('with what is known only', () => {
    expect(readSection(Audit, { audit: auditResult() })).toEqual([
      QUESTION,
      '1 known mistake that this project does not fix, and no new one',
      ...COUNTS,
      ...FAULTS,
      `${MIRROR_PAD} dy of the mirrored border is dropped |`,
      'No gradient at all: cumprod.',
    ]);
  });

  it('with something new, which is opened', () => {
    expect(readSection(Audit, { audit: auditResult([{ ...known[0]!, fault: null, reason: null }]) })).toEqual(
      [
        QUESTION,
        '1 result of the audit came out neither right nor as known',
        ...COUNTS,
        '(open)',
        ...FAULTS,
        `${MIRROR_PAD} NEW: not known |`,
        'No gradient at all: cumprod.',
      ],
    );
  });

  it('is there where audit.json is, and only there', () => {
    expect(renderReport({ train: trainResult() })).not.toContain('href="#audit"');
    expect(renderReport({ train: trainResult(), audit: auditResult() })).toContain('href="#audit"');
  });

  it('shows hostile text as text', () => {
    const audit = auditResult();
    const hostile = '<img src=x onerror=hurt()>';
    const changed = withEveryString(audit.cases, hostile);
    const again = {
      ...audit,
      cases: changed.map(({ results }, at) => ({ ...audit.cases[at]!, results })),
    };
    expect(renderReport({ train: trainResult(), audit: again })).not.toContain(hostile);
  });
});
