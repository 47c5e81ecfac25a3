/** Copies to the clipboard; if a browser refuses that to a file:// page, selects the text. */
const copy = async (source: HTMLElement): Promise<string> => {
  try {
    await navigator.clipboard.writeText(source.textContent ?? '');
    return 'Copied';
  } catch {
    getSelection()?.selectAllChildren(source);
    return 'Marked';
  }
};

/** Shows the copy buttons, which are hidden without a script, and makes them work. */
export const offerCopying = (): void => {
  for (const button of document.querySelectorAll<HTMLButtonElement>('[data-copy]')) {
    const source = document.getElementById(button.dataset.copy ?? '');
    if (!source) continue;
    const label = button.textContent;
    button.hidden = false;
    button.addEventListener('click', async () => {
      button.textContent = await copy(source);
      setTimeout(() => {
        button.textContent = label;
      }, 2000);
    });
  }
};
