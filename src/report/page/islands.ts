import { type ComponentType, h, hydrate } from 'preact';
import { type IslandName, islands } from '../islands/index.ts';
import { PageContext, type PageState } from '../state.ts';

/** Takes up every island of the page where the page's making left it. */
export const bringToLife = (state: PageState): void => {
  for (const at of document.querySelectorAll<HTMLElement>('[data-island]')) {
    const component = islands[at.dataset.island as IslandName] as ComponentType<object>;
    const props = JSON.parse(document.getElementById(`${at.id}-props`)?.textContent ?? '{}');
    hydrate(h(PageContext.Provider, { value: state }, h(component, props)), at);
  }
};
