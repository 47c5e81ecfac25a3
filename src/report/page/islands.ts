import { type ComponentType, h, hydrate } from 'preact';
import { type IslandName, islands } from '../sections/islands.ts';
import { DrawContext, PageContext, type PageState } from '../state.ts';
import { show } from './plots.ts';

/** Hydrates every island of the page; `state` is null without a training run. */
export const bringToLife = (state: PageState | null): void => {
  for (const at of document.querySelectorAll<HTMLElement>('[data-island]')) {
    const component = islands[at.dataset.island as IslandName] as ComponentType<object>;
    const props = JSON.parse(document.getElementById(`${at.id}-props`)?.textContent ?? '{}');
    const island = h(PageContext.Provider, { value: state }, h(component, props));
    hydrate(h(DrawContext.Provider, { value: show }, island), at);
  }
};
