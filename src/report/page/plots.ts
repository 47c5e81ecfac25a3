import { config, plotly } from './plotly.ts';

const waiting = new Set<HTMLElement>();

/** Every plot of the page, drawn or not. */
export const plots = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>('.figure__plot')];

const offerSaving = (at: HTMLElement): void => {
  const button = document.querySelector<HTMLButtonElement>(`[data-save="${at.id}"]`);
  if (!button) return;
  button.hidden = false;
  button.addEventListener('click', () => {
    void plotly().downloadImage(at, {
      format: 'svg',
      filename: `backproof-${at.id}`,
      width: 900,
      height: 540,
    });
  });
};

const draw = (at: HTMLElement): void => {
  if (!waiting.delete(at)) return;
  const { data, layout } = JSON.parse(document.getElementById(`${at.id}-spec`)?.textContent ?? '');
  void plotly().newPlot(at, data, layout, config);
  offerSaving(at);
};

/** What has not been drawn is drawn now: a printed page shows all of it. */
export const drawAll = (): void => {
  for (const at of [...waiting]) draw(at);
};

const whenIdle = (task: () => void): void => {
  if ('requestIdleCallback' in window) window.requestIdleCallback(task, { timeout: 1000 });
  else setTimeout(task, 50);
};

const drawRest = (): void => {
  const [next] = waiting;
  if (!next) return;
  draw(next);
  whenIdle(drawRest);
};

/** Plots are drawn as they come into view; those further down follow one by one while the page is idle. */
export const drawInTurn = (): void => {
  const observer = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) if (entry.isIntersecting) draw(entry.target as HTMLElement);
    },
    { rootMargin: '200px' },
  );
  for (const at of plots()) {
    waiting.add(at);
    observer.observe(at);
  }
  window.addEventListener('load', () => setTimeout(() => whenIdle(drawRest), 200));
};
