import { reveal } from '../parts/reveal.ts';

/** Opens the folds that hide what a link leads to: of this page, in its address, or by the browser's back button. */
export const followLinks = (): void => {
  const followAddress = (): void => reveal(location.hash.slice(1))?.scrollIntoView();
  followAddress();
  addEventListener('hashchange', followAddress);
  // A second click on the same link changes no address.
  document.addEventListener('click', ({ target }) => {
    const link = target instanceof Element && target.closest<HTMLAnchorElement>('a[href^="#"]');
    if (link) reveal(link.hash.slice(1));
  });
};
