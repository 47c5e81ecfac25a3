import type { VNode } from 'preact';
import type { TrainResult } from '../../../results/train.ts';
import { percent } from '../../../system/text.ts';
import { accuracyFinding, baseline } from '../../findings.ts';
import { counted } from '../../parts/format.ts';
import { Island } from '../../parts/island.tsx';
import { Section } from '../../parts/section.tsx';
import { Confusion } from './confusion.tsx';
import { Figures } from './figures.tsx';

/** The results on test images that the page does not include. */
const WithoutImages = ({ train }: { train: TrainResult }): VNode => {
  const { accuracy, auc, confusion, count } = train.test;
  return (
    <>
      <p>
        {`The run has more images than a page can carry, so its ${counted(count, 'test image')} are not shown, nor read at another threshold.`}
      </p>
      <div class="row">
        <Confusion
          confusion={confusion}
          config={train.config}
          caption="Confusion matrix of the test images, threshold 0.50"
        />
        <Figures
          figures={{
            'Training accuracy': percent(train.train.accuracy),
            'Test accuracy': accuracy === null ? 'not known' : percent(accuracy),
            'Area under the ROC curve': auc === null ? 'not defined' : auc.toFixed(4),
            'Always the same answer would get': percent(baseline(train)),
          }}
        />
      </div>
    </>
  );
};

const Answer = ({ train }: { train: TrainResult }): VNode => {
  if (train.test.count === 0)
    return <p>The data has no test images of the two digits, so nothing shows how it reads new ones.</p>;
  return train.images ? <Island name="test" props={{}} /> : <WithoutImages train={train} />;
};

/** Where does it fail, on digits that it has not seen? */
export const Test = ({ train }: { train: TrainResult }): VNode => (
  <Section id="test" question="Where does it fail?" finding={accuracyFinding(train)}>
    <Answer train={train} />
  </Section>
);
