import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { agreementOf } from '../../../notebook/inference/reading.ts';
import { count, counted, size } from '../../parts/format.ts';
import { Status } from '../../parts/status.tsx';
import { usePage } from '../../state.ts';

/**
 * Compares the page's own inference with the predictions stored in the run, on every test image: when the page is made,
 * and again in the browser.
 */
export const AgreementLine = (): VNode => {
  const { run } = usePage();
  const [{ agreement, where }, set] = useState(() => ({
    agreement: agreementOf(run),
    where: 'when this page was made',
  }));
  useEffect(() => set({ agreement: agreementOf(run), where: 'by this page, in your browser' }), []);
  if (!agreement)
    return (
      <p id="agreement">
        {run.images
          ? 'There are no test images to show that the page reads like the trained network.'
          : `The run has more images than a page can carry, so the page cannot show that it reads its ${counted(run.predictions.length, 'test image')} like the trained network.`}
      </p>
    );
  const { images, differing, largest } = agreement;
  const compared = `Computed ${where}, compared with the predictions stored in the run.`;
  return (
    <p id="agreement">
      {differing === 0 ? <Status status="pass" word="Agrees" /> : <Status status="fail" word="Differs" />}
      {differing === 0
        ? ` The page’s own inference agrees with the trained network on all ${counted(images, 'test image')}; the largest difference of a probability is ${size(largest)}. ${compared}`
        : ` The page’s own inference differs from the trained network on ${count(differing)} of ${counted(images, 'test image')}, by up to ${size(largest)}. ${compared}`}
    </p>
  );
};
