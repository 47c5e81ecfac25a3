import { type ComponentProps, type ComponentType, h, type VNode } from 'preact';
import { type IslandName, islands } from '../sections/islands.ts';
import { Json } from './inline.tsx';

/**
 * A part of a section that lives on in the page: rendered here as it opens, and taken up there by the same component
 * with the same properties, which travel as JSON. Its state comes from the page's.
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
