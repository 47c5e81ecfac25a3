/**
 * Opens every fold around a part of the page; for a section also the folds in it, but not its tables of data.
 *
 * @returns the part, if it lies in a fold
 */
export function reveal(id: string): Element | null {
  const at = document.getElementById(id);
  if (at?.matches('.section')) {
    for (const fold of at.querySelectorAll<HTMLDetailsElement>('.fold')) fold.open = true;
  }
  for (let around = at?.closest('details'); around; around = around.parentElement?.closest('details'))
    around.open = true;
  return at?.closest('details') ? at : null;
}
