import { reveal } from './reveal.ts';

/**
 * Scrolls a part of the page into view, as smoothly as the reader's settings allow, and moves the keyboard focus there.
 */
export function moveTo(section: string, focus: string): void {
  reveal(section);
  document.getElementById(section)?.scrollIntoView();
  document.getElementById(focus)?.focus({ preventScroll: true });
}
