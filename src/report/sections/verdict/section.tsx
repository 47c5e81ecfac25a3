import type { VNode } from 'preact';
import {
  accuracyFinding,
  type Finding,
  gradientFinding,
  loggedFinding,
  proofFinding,
  reluFinding,
  saturationFinding,
} from '../../findings.ts';
import { Status } from '../../parts/status.tsx';
import { anyResult, isOfRun, type ReportResults } from '../../results.ts';
import { sweepFinding } from '../sweep/finding.ts';

type Card = { topic: string; href: string; finding: Finding };

const cards = ({ train, compare, sweep }: ReportResults): Card[] => [
  ...(compare
    ? [
        { topic: 'Proof', href: '#gradients', finding: proofFinding(compare) },
        { topic: 'Gradients', href: '#gradients', finding: gradientFinding(compare) },
        { topic: 'Logged loss', href: '#saturation', finding: loggedFinding(compare) },
      ]
    : []),
  ...(train
    ? [
        { topic: 'Test accuracy', href: '#test', finding: accuracyFinding(train) },
        { topic: 'ReLU', href: '#relu', finding: reluFinding(train) },
        { topic: 'Saturation', href: '#saturation', finding: saturationFinding(train) },
      ]
    : []),
  ...(sweep ? [{ topic: 'Sweep', href: '#sweep', finding: sweepFinding(sweep) }] : []),
];

const headline = (results: ReportResults): string => {
  if (!isOfRun(results) && results.sweep) return sweepFinding(results.sweep).sentence;
  const { compare } = results;
  if (!compare) return 'Trained; the gradients were not compared';
  if (compare.verdict === 'fail') return 'A gradient is wrong';
  if (compare.verdict === 'inconclusive') return 'Cannot tell whether the gradients are right';
  return compare.partial ? 'Every gradient is right, as far as the run came' : 'Every gradient is right';
};

const settingsOf = (results: ReportResults): string => {
  const { config } = anyResult(results);
  return `Digit ${config.positive} against ${config.negative}, ${config.perClass} images of each, seed ${config.seed}, ${config.epochs} epoch${config.epochs === 1 ? '' : 's'}, learning rate ${config.learningRate}, ${config.kernelSize}x${config.kernelSize} kernel`;
};

/** Is it right? The page's first screen. */
export const Verdict = ({ results }: { results: ReportResults }): VNode => (
  <section class="verdict" id="verdict" aria-labelledby="verdict-title">
    <h1 id="verdict-title">{headline(results)}</h1>
    <p class="run">
      {isOfRun(results) ? settingsOf(results) : 'A sweep: many runs, each from another start'}
    </p>
    <ul class="cards">
      {cards(results).map(({ topic, href, finding }) => (
        <li class={`card card--${finding.status}`}>
          <a href={href}>
            <span class="card__top">
              <span class="card__topic">{topic}</span>
              <Status status={finding.status} word={finding.word} />
            </span>
            <span class="card__sentence">{finding.sentence}</span>
            {finding.detail && <span class="card__detail">{finding.detail}</span>}
          </a>
        </li>
      ))}
    </ul>
  </section>
);
