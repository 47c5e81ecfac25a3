import { reveal } from './reveal.ts';

/** Brings a part of the page into view, as smoothly as the reader's settings allow, and the keyboard with it. */
export function moveTo(section: string, focus: string): void {
  reveal(section);
  document.getElementById(section)?.scrollIntoView();
  document.getElementById(focus)?.focus({ preventScroll: true });
}
