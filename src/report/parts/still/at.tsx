import type { ComponentChildren, VNode } from 'preact';

/** 100 x 100 units that stretch with their container; the style sheet keeps the width of strokes. */
export const Stretched = ({ children }: { children: ComponentChildren }): VNode => (
  <svg aria-hidden="true" viewBox="0 0 100 100" preserveAspectRatio="none">
    {children}
  </svg>
);

/** A position in the picture, in percent or pixels; its contents count pixels from there. */
export const At = (props: {
  x: string;
  y?: string;
  height?: string;
  class?: string;
  children: ComponentChildren;
}): VNode => {
  const { children, class: more, ...place } = props;
  return (
    <svg aria-hidden="true" class={more ? `still__at ${more}` : 'still__at'} {...place}>
      {children}
    </svg>
  );
};
