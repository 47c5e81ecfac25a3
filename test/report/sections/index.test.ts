import { expect, it } from '@jest/globals';
import { readPage } from '../../support/page.ts';
import { compareResult, trainResult } from '../../support/results.ts';

const train = trainResult({ epochs: 4 });
const compare = compareResult({ epochs: 4 });

it('a page tells which results it lacks, and how to make them', () => {
  const omitted = (question: string, name: string): string[] => [
    '(omitted)',
    question,
    `Not in this report: it needs ${name}.json , which backproof ${name} writes.`,
  ];
  const sections = (results: Parameters<typeof readPage>[0]): string[] => Object.keys(readPage(results));
  expect(readPage({ compare })['no-train']).toEqual(omitted('The training and the trained network', 'train'));
  expect(readPage({ train })['no-compare']).toEqual(omitted('The comparison of the gradients', 'compare'));
  expect(sections({ compare })).toEqual([
    'verdict',
    ...['gradients', 'chain', 'saturation', 'provenance', 'no-train'],
  ]);
  expect(sections({ train })).toEqual([
    ...['verdict', 'training', 'saturation', 'relu', 'kernel', 'sees', 'draw', 'test', 'live', 'provenance'],
    'no-compare',
  ]);
  expect(sections({ train, compare })).toEqual([
    ...['verdict', 'gradients', 'chain', 'training', 'saturation', 'relu', 'kernel', 'sees', 'draw', 'test'],
    ...['live', 'provenance'],
  ]);
});
