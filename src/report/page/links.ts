import { reveal } from '../parts/reveal.ts';

/**
 * Opens the folds that hide the target of a link: a link on this page, the page's address, or the browser's back
 * button.
 */
export const followLinks = (): void => {
  const followAddress = (): void => reveal(location.hash.slice(1))?.scrollIntoView();
  followAddress();
  addEventListener('hashchange', followAddress);
  // A second click on the same link does not change the address.
  document.addEventListener('click', ({ target }) => {
    const link = target instanceof Element && target.closest<HTMLAnchorElement>('a[href^="#"]');
    if (link) reveal(link.hash.slice(1));
  });
};
