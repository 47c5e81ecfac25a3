import type { VNode } from 'preact';
import { useContext } from 'preact/hooks';
import { look } from '../../../notebook/inference/look.ts';
import type { Run } from '../../../notebook/inference/run.ts';
import { digitNamed, likely } from '../../parts/digits.ts';
import { Fold } from '../../parts/fold.tsx';
import { Island } from '../../parts/island.tsx';
import { Section } from '../../parts/section.tsx';
import { PageContext } from '../../state.ts';
import { blank } from './brush.ts';

/** The network's answer to an empty drawing: it cannot say that there is nothing. */
const title = ({ frames, config }: Run): string => {
  const { prediction } = look(frames.at(-1)!.parameters, blank());
  const isPositive = prediction > 0.5;
  return `An empty square reads as ${digitNamed(isPositive ? config.positive : config.negative)}, with ${likely(isPositive ? prediction : 1 - prediction)}`;
};

/** Does it read my digit? */
export const Draw = (): VNode | null => {
  const state = useContext(PageContext);
  if (!state) return null;
  const { positive, negative } = state.run.config;
  return (
    <Section id="draw" question="Does it read my digit?" title={title(state.run)}>
      <Island name="agreement" props={{}} />
      <Fold summary={`Draw a digit, and see it read as ${positive} or ${negative}`}>
        <p>
          {`The network knows two digits. Whatever you draw, a 3, a face or nothing at all, it is forced into ${positive} or ${negative}. The digits that it learned from fill their square from edge to edge, so draw large.`}
        </p>
        <p class="noscript">Drawing needs scripts.</p>
        <Island name="draw" props={{}} />
      </Fold>
    </Section>
  );
};
