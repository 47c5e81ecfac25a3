import { type ComponentProps, type ComponentType, h, type VNode } from 'preact';
import { type IslandName, islands } from '../sections/islands.ts';
import { Json } from './inline.tsx';

/**
 * A part of a section that is interactive in the page: rendered here in its initial state, and hydrated there by the
 * same component with the same properties, which are embedded as JSON. Its state comes from the page's state.
 */
export const Island = <Name extends IslandName>({
  name,
  props,
}: {
  name: Name;
  props: ComponentProps<(typeof islands)[Name]>;
}): VNode => (
  <>
    <div data-island={name} id={`island-${name}`}>
      {h(islands[name] as ComponentType<object>, props as object)}
    </div>
    <Json id={`island-${name}-props`} value={props} />
  </>
);
