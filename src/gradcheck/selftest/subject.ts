import type { GradcheckSpec, Tensor, TF } from '../types.ts';

/** A spec with a hand-written backward pass. */
export type ManualSpec<Name extends string = string> = GradcheckSpec<Name> &
  Required<Pick<GradcheckSpec<Name>, 'backward'>>;

type Tensors<Name extends string> = Record<Name, Tensor>;

/** A planted mistake: a wrong twin of a correct spec, which the checker must catch. */
export interface Mistake {
  readonly name: string;
  /** The mistake in words: the thing done instead of the right one. */
  readonly what: string;
  spec(seed: number): GradcheckSpec;
  /** The name of the wrong element, as in messages, if there is only one. */
  readonly element?: string;
}

/** A layer whose backward pass is right, and mistakes planted in it. */
export interface TestedLayer {
  readonly layer: string;
  correct(seed: number): GradcheckSpec;
  readonly mistakes: readonly Mistake[];
}

/** A mistake, given by the gradients that it changes; `right` are all the right gradients. */
export interface WrongGradients<Name extends string> extends Pick<Mistake, 'name' | 'what' | 'element'> {
  gradients(
    tf: TF,
    inputs: Tensors<Name>,
    dy: Tensor,
    right: Tensors<Name>,
  ): Partial<Record<NoInfer<Name>, Tensor>>;
}

/** A layer with mistakes that each change some of its gradients. */
export function testedLayer<Name extends string>(
  layer: string,
  correct: (seed: number) => ManualSpec<Name>,
  mistakes: readonly WrongGradients<Name>[],
): TestedLayer {
  return {
    layer,
    correct: (seed) => ({ ...correct(seed), name: layer }),
    mistakes: mistakes.map(({ gradients, ...mistake }) => ({
      ...mistake,
      spec: (seed) => {
        const twin = correct(seed);
        return {
          ...twin,
          name: `${layer}, ${mistake.name}`,
          backward: (tf: TF, inputs: Tensors<Name>, dy: Tensor) => {
            const right = twin.backward(tf, inputs, dy) as Tensors<Name>;
            return { ...right, ...gradients(tf, inputs, dy, right) };
          },
        };
      },
    })),
  };
}
