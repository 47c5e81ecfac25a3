import { describe, expect, it } from '@jest/globals';
import { decodeRun, embedRun } from '../../../../src/report/embeddedRun.ts';
import { LiveControls } from '../../../../src/report/sections/live/controls.tsx';
import {
  canTrainAgain,
  type EveryMistake,
  type Outcome,
  unnoticed,
} from '../../../../src/report/sections/live/everyMistake.ts';
import { LiveView } from '../../../../src/report/sections/live/island.tsx';
import { Live } from '../../../../src/report/sections/live/section.tsx';
import {
  epochRange,
  learningRateAt,
  learningRateRange,
  ownSettings,
  positionOf,
  seedRange,
} from '../../../../src/report/sections/live/settings.ts';
import type { Try } from '../../../../src/report/sections/live/trainer.ts';
import { outcomeOf } from '../../../../src/report/sections/live/words.ts';
import { type Handler, rendered } from '../../../support/markup.ts';
import { expectInOrder, readSection } from '../../../support/page.ts';
import { trainResult } from '../../../support/results.ts';

const train = trainResult({ epochs: 4 });
const run = { ...decodeRun(embedRun(train)), losses: [1, 0.5, 0.25, 0.125] };
const own = ownSettings(run.config);
/** Two epochs of the run's own network, with half of the losses. */
const tried = (more: Partial<Try> = {}): Try => ({
  settings: own,
  losses: [0.5, 0.25],
  parameters: run.frames[0]!.parameters,
  ...{ trainAccuracy: 0.75, testAccuracy: 0.5, activeFraction: 0.25 },
  ...{ deadReluSince: null, stalledSince: null, diverged: null },
  milliseconds: 12.345,
  ...more,
});

describe('a try in words', () => {
  const FOUND =
    'the loss after 2 epochs is 0.25, in place of 0.125 after 4 epochs; 50.0% of 430 test images are read right, in place of 92.1%.';

  it('tells what differs from the run: seed, learning rate, epochs and the mistake', () => {
    const settings = { seed: 7, learningRate: 0.5, epochs: 2, mistake: 'twice' } as const;
    expect(outcomeOf(tried({ settings }), run)).toBe(
      `Trained with seed 7 in place of 1, learning rate 0.5 in place of 0.1, epochs 2 in place of 4 and “factor 2” planted: ${FOUND}`,
    );
  });

  it('tells how near the losses are to the run’s where only the epochs differ', () => {
    // 0.5 of 1 in the first epoch, 0.25 of 0.5 in the second.
    expect(outcomeOf(tried(), run)).toBe(
      `Trained the run’s own settings: ${FOUND} Its losses are the run’s to 0.5.`,
    );
    expect(outcomeOf(tried({ settings: { ...own, epochs: 2 } }), run)).toMatch(
      /^Trained with epochs 2 .*to 0\.5\.$/,
    );
    for (const more of [{ seed: 7 }, { learningRate: 1 }, { mistake: 'twice' } as const])
      expect(outcomeOf(tried({ settings: { ...own, ...more } }), run)).toMatch(/in place of 92\.1%\.$/);
  });

  it('leaves out what there is none of', () => {
    const rest = '; 50.0% of 430 test images are read right';
    expect(outcomeOf(tried({ losses: [] }), run)).toContain(`: no epoch was finished${rest}`);
    expect(outcomeOf(tried(), { ...run, losses: [] })).toMatch(
      /the loss after 2 epochs is 0\.25; .* 92\.1%\.$/,
    );
    expect(outcomeOf(tried({ losses: [4, 3, 2, 1] }), run)).toContain(
      '4 epochs is 1, in place of 0.125; 50.0%',
    );
    const untested = { ...run, frames: run.frames.map((frame) => ({ ...frame, testAccuracy: null })) };
    expect(outcomeOf(tried({ losses: [1] }), untested)).toBe(
      `Trained the run’s own settings: the loss after 1 epoch is 1, in place of 0.125 after 4 epochs${rest}. Its losses are the run’s to 0.`,
    );
    for (const [now, of] of [
      [tried({ testAccuracy: null }), run],
      [tried(), { ...run, images: null }],
    ] as const)
      expect(outcomeOf(now, of)).toMatch(/after 4 epochs\. Its/);
  });

  it('tells where it diverged, and the loss before', () => {
    const diverged = { epoch: 3, sample: 17 };
    expect(outcomeOf(tried({ diverged }), run)).toBe(
      'Trained the run’s own settings: the logit diverged in epoch 3, at sample 17. The loss of the epoch before was 0.25.',
    );
    expect(outcomeOf(tried({ diverged, losses: [] }), run)).toMatch(/at sample 17\.$/);
  });
});

describe('the view of a try', () => {
  const given = { run, relu: 'RELU', settings: own, before: null, failure: null, still: false };
  const unheard = { onChange: () => {}, onTrain: () => {} };
  const read = (more: object) => readSection(LiveView, { ...given, now: null, ...unheard, ...more });
  const NONE = 'Nothing has been trained here yet: move a control.';

  it('is that of the run before anything is trained', () => {
    const lines = read({});
    expectInOrder(lines, [
      NONE,
      'scatter the run [#0072b2 dash]: points 4, (1, 1) to (4, 0.125)',
      'scatter this try [#d55e00]: no points',
      '| Epoch | the run | this try |',
      '| 4 | 0.125 | |',
      'plot "Kernel of the run"',
      'The kernel at the end of the run',
      '| Loss after the last epoch | | 0.125 |',
      '| Training accuracy | | 94.0% |',
      '| Test accuracy | | 92.1% |',
      '| ReLU | | RELU |',
      'backproof run --engine fused --seed 1 --learning-rate 0.1 --epochs 4',
    ]);
    expect(lines.join()).not.toMatch(/Reduced motion|No command|Training did not start/);
  });

  it('shows the try over the run and over the try before', () => {
    const now = tried({ settings: { ...own, seed: 7 } });
    const lines = read({ now, before: tried({ losses: [3, 2, 1] }) });
    expectInOrder(lines, [
      // 200 images in each of two epochs.
      'Trained with seed 7 in place of 1: the loss after 2 epochs is 0.25, in place of 0.125 after 4 epochs; 50.0% of 430 test images are read right, in place of 92.1%. ReLUs are alive: 25.0% of them are open after the last epoch. 400 steps and a look at what came out took 12.3 ms.',
      'scatter the try before [#8a97a5]: points 3, (1, 3) to (3, 1)',
      'scatter this try [#d55e00]: points 2, (1, 0.5) to (2, 0.25)',
      '| 2 | 0.5 | 0.25 |',
      '| 4 | 0.125 | |',
      'plot "Kernel of this try"',
      'The kernel at the end of this try',
      // As it was at the start.
      '| 0 | 0.0411 | -0.0405 | -0.0397 | 0.0982 | -0.0559 |',
      '| Loss after the last epoch | 0.25 | 0.125 |',
      '| Training accuracy | 75.0% | 94.0% |',
      '| Test accuracy | 50.0% | 92.1% |',
      '| ReLU | ReLUs are alive: 25.0% of them are open after the last epoch | RELU |',
      'backproof run --engine fused --seed 7 --learning-rate 0.1 --epochs 4',
    ]);
    expect(lines).not.toContain(NONE);
    const longer = read({ now: tried({ losses: [5, 4, 3, 2, 1], testAccuracy: null }) });
    expectInOrder(longer, ['| 5 | | 1 |', '| Test accuracy | no images | 92.1% |']);
    expect(read({ now: tried({ losses: [] }) })).toContain('| Loss after the last epoch | none | 0.125 |');
  });

  it.each([
    [{ deadReluSince: 1 }, '(warn) Dead Trained', 'Every ReLU is dead since epoch 1.'],
    [{ stalledSince: 2 }, '(warn) Stalled Trained', 'since epoch 2.'],
    [
      { diverged: { epoch: 3, sample: 1 } },
      '(warn) Diverged Trained',
      'The loss of the epoch before was 0.25. 400 steps',
    ],
  ])('marks one that failed: %j', (more, start, part) => {
    const told = read({ now: tried(more) }).find((line) => line.includes('Trained the run’s'));
    expect([told?.slice(0, start.length), told]).toEqual([start, expect.stringContaining(part)]);
  });

  it('tells why nothing trains, and that no command plants a mistake', () => {
    expect(read({ failure: 'no SIMD', now: tried() })).toContain('Training did not start: no SIMD');
    expect(read({ failure: 'no SIMD' })).not.toContain(NONE);
    const planted = 'No command repeats this try: a mistake is planted, and the commands have none.';
    expect(read({ settings: { ...own, mistake: 'twice' } })).toContain(planted);
    expect(read({ now: tried({ settings: { ...own, mistake: 'twice' } }) })).toContain(planted);
  });

  it('has a button to train where motion is to be reduced, and one back to the run', () => {
    const heard: unknown[] = [];
    const handlers = { onChange: (to: unknown) => heard.push(to), onTrain: () => heard.push('train') };
    const button = (text: string, still: boolean) => {
      const seen = rendered(LiveView, {
        ...given,
        now: null,
        ...handlers,
        settings: { ...own, seed: 9 },
        still,
      });
      return seen.find(({ type, props }) => type === 'button' && props.children === text)!.props;
    };
    expect([button('Train', false).hidden, button('Train', true).hidden]).toEqual([true, false]);
    (button('Train', true).onClick as Handler)({});
    (button('Back to the run', true).onClick as Handler)({});
    expect(heard).toEqual(['train', own]);
    expect(read({ still: true }).join()).toContain('Reduced motion is asked for: nothing trains until Train');
  });
});

describe('the controls', () => {
  const { config } = run;

  it('reach over a hundred seeds, a thousandth to ten as a learning rate, and 200 epochs', () => {
    const seeds = [0, 99, 100, 150, 2 ** 32 - 1].map((seed) => seedRange({ ...config, seed }));
    expect(seeds).toEqual([0, 0, 50, 100, 2 ** 32 - 100].map((min) => ({ min, max: min + 99 })));
    expect([1, 200, 201].map((epochs) => epochRange({ ...config, epochs }))).toEqual(
      [200, 200, 201].map((max) => ({ min: 1, max })),
    );
    // 20 steps to a factor of ten.
    expect([0.001, 0.1, 1, 10].map(positionOf)).toEqual([-60, -20, 0, 20]);
    const rates = [0.1, 1e-4, 100].map((learningRate) => learningRateRange({ ...config, learningRate }));
    expect(rates).toEqual([
      { min: -60, max: 20 },
      { min: -80, max: 20 },
      { min: -60, max: 40 },
    ]);
    expect([-60, -19, 7].map((position) => learningRateAt(position, config))).toEqual([0.001, 0.11, 2.2]);
  });

  it('change one setting each', () => {
    const changed: unknown[] = [];
    const settings = { ...own, seed: 5, mistake: 'twice' as const };
    const seen = rendered(LiveControls, { config, settings, onChange: (to: unknown) => changed.push(to) });
    const control = (id: string) =>
      seen.find(({ type, props }) => (type === 'input' || type === 'select') && props.id === id)!.props;
    const move = (id: string, value: string) => {
      const { onInput, onChange } = control(id) as Record<string, Handler>;
      (onInput ?? onChange)!({ currentTarget: { value } });
      return changed.pop();
    };
    expect(move('live-seed', '7')).toEqual({ ...settings, seed: 7 });
    expect(move('live-learning-rate', '0')).toEqual({ ...settings, learningRate: 1 });
    expect(move('live-epochs', '3')).toEqual({ ...settings, epochs: 3 });
    expect(move('live-mistake', 'negated')).toEqual({ ...settings, mistake: 'negated' });
    expect(move('live-mistake', '')).toEqual({ ...settings, mistake: null });
    expect(control('live-seed')).toMatchObject({ min: 0, max: 99, value: 5, 'aria-valuetext': '5' });
    expect(control('live-learning-rate')).toMatchObject({ value: -20, 'aria-valuetext': '0.1' });
    expect(control('live-mistake').value).toBe('twice');
    expect(readSection(LiveControls, { config, settings, onChange: () => {} })).toContain(
      'dKernel is twice what it should be',
    );
  });
});

describe('the run with every mistake', () => {
  const outcome = (testAccuracy: number | null, more: Partial<Outcome> = {}): Outcome => ({
    ...{ losses: [0.5, 0.25], trainAccuracy: 0.75, testAccuracy },
    ...{ deadReluSince: null, stalledSince: null, diverged: null },
    ...more,
  });
  const every = (right: Outcome, ...wrong: Outcome[]): EveryMistake => ({
    right,
    wrong: wrong.map((one) => ({ ...one, mistake: 'twice' })),
  });
  const quiet = (...some: [Outcome, ...Outcome[]]) => unnoticed(every(...some))?.length;

  it('goes unnoticed where it costs at most a point of the accuracy, and does not diverge', () => {
    const diverged = { epoch: 1, sample: 2 };
    expect(
      quiet(outcome(0.75), outcome(0.75), outcome(0.7401), outcome(0.7399), outcome(1, { diverged })),
    ).toBe(2);
    // Without test images by the training images.
    expect(quiet(outcome(null), outcome(null, { trainAccuracy: 0.5 }), outcome(null))).toBe(1);
    expect(quiet(outcome(null, { trainAccuracy: null }), outcome(null, { trainAccuracy: null }))).toBe(1);
    for (const failed of [{ diverged }, { deadReluSince: 0 }, { stalledSince: 0 }])
      expect(quiet(outcome(1, failed), outcome(1))).toBeUndefined();
  });

  it('is trained up to 50,000 steps', () => {
    const of = (epochs: number) => canTrainAgain({ ...train, config: { ...train.config, epochs } });
    // 200 images.
    expect([of(250), of(251), canTrainAgain({ ...train, images: null })]).toEqual([true, false, false]);
  });

  it('is told in the section, one by one', () => {
    const diverged = { epoch: 7, sample: 3 };
    const lines = readSection(
      Live,
      {
        train,
        every: every(outcome(0.5), outcome(0.5), outcome(null, { diverged }), outcome(0, { losses: [] })),
      },
      train,
    );
    expectInOrder(lines, [
      'What if?',
      '1 of 3 planted mistakes train as well as the right gradient: a falling loss proves nothing',
      'The fused kernel, which is in this page as WebAssembly, trains on the run’s 200 images, and is tested on its 430 test images. A mistake out of the self-test can be planted into the backward pass: then plain loops train, those of the reference. The title counts those with which the accuracy is that of the right gradient, within a point, or better.',
      '| ReLU | | ReLUs are alive: 45.9% of them are open after the last epoch |',
      'The run with each of 3 planted mistakes',
      '| Mistake | What | Loss at the end | Training accuracy | Test accuracy |',
      '| none | the right gradient | 0.25 | 75.0% | 50.0% |',
      '| factor 2 | dKernel is twice what it should be | 0.25 | 75.0% | 50.0% |',
      '| factor 2 | dKernel is twice what it should be | diverged in epoch 7 | 75.0% | no images |',
      '| factor 2 | dKernel is twice what it should be | diverged in epoch 1 | 75.0% | 0.0% |',
    ]);
  });

  it('is left out of the section where there is none, or the right gradient fails too', () => {
    const TITLE = 'Another seed, step or mistake: 800 steps train again in this page';
    const none = readSection(Live, { train, every: null }, train);
    expect([none[1], none.join().includes('The title counts'), none.join().includes('each of')]).toEqual([
      TITLE,
      false,
      false,
    ]);
    const dead = readSection(
      Live,
      { train, every: every(outcome(1, { deadReluSince: 1 }), outcome(1)) },
      train,
    );
    expect([
      dead[1],
      dead.join().includes('The title counts'),
      dead.join().includes('each of 1 planted'),
    ]).toEqual([TITLE, false, true]);
  });

  it('a run of the logged loss is trained by the other one, and one without its images not at all', () => {
    const logged = { ...train, config: { ...train.config, loss: 'logged' as const } };
    expect(readSection(Live, { train: logged, every: null }, logged).join()).toContain(
      'This run was trained by the gradient of the logged loss; here training goes by that of the logits loss.',
    );
    expect(readSection(Live, { train, every: null }, train).join()).not.toContain('logged loss; here');
    const bare = { ...train, images: null };
    expect(readSection(Live, { train: bare, every: null }, bare)).toEqual([
      'What if?',
      'This run cannot be trained again in the page',
      'It has more than 2,000 images, which a page does not carry.',
    ]);
  });
});
