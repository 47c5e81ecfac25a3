import { type ComponentType, h, options, type VNode } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { PageContext, type PageState } from '../../src/report/state.ts';

/** A component of the page as it is before its script runs; `state` is null on a page without a training run. */
export const markup = <Props extends object>(
  part: ComponentType<Props>,
  props: Props,
  state: PageState | null = null,
): string => renderToString(h(PageContext.Provider, { value: state }, h(part, props)));

/** The elements of a name in markup, as their attributes. */
export const elements = (text: string, name: string): Record<string, string>[] =>
  [...text.matchAll(new RegExp(`<${name}(?= |/|>)([^>]*)>`, 'g'))].map(([, attributes]) =>
    Object.fromEntries(
      [...attributes!.matchAll(/ ([\w-]+)(?:="([^"]*)")?(?= |$|\/)/g)].map(([, key, value]) => [
        key,
        value ?? '',
      ]),
    ),
  );

export type Props = Record<string, unknown>;
export type Handler = (event: unknown) => void;

/** The elements and components of a part of the page, as they are rendered, with their handlers. */
export function rendered<Given extends object>(
  part: ComponentType<Given>,
  props: Given,
  state: PageState | null = null,
): VNode<Props>[] {
  const seen: VNode<Props>[] = [];
  const before = options.vnode;
  options.vnode = (vnode) => {
    seen.push(vnode as VNode<Props>);
    before?.(vnode);
  };
  try {
    markup(part, props, state);
  } finally {
    if (before === undefined) delete options.vnode;
    else options.vnode = before;
  }
  return seen;
}
