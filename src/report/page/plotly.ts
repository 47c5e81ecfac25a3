import type { Config, Data, Layout } from 'plotly.js-dist-min';

/** As much of Plotly as the page uses. */
type PlotlyApi = {
  newPlot(at: HTMLElement, data: Data[], layout: Partial<Layout>, config: Partial<Config>): Promise<unknown>;
  react(at: HTMLElement, data: Data[], layout: Partial<Layout>, config: Partial<Config>): Promise<unknown>;
  relayout(at: HTMLElement, layout: Partial<Layout>): Promise<unknown>;
  downloadImage(at: HTMLElement, options: Record<string, unknown>): Promise<unknown>;
};

declare global {
  interface Window {
    Plotly?: PlotlyApi;
  }
}

/** The mode bar would be an interactive part of a picture, and its cloud button a way out; neither is wanted. */
export const config: Partial<Config> = {
  displayModeBar: false,
  displaylogo: false,
  showSendToCloud: false,
  plotlyServerURL: '',
  responsive: true,
};

/** Plotly, made a script of its block of data at the first call; the policy knows its hash. */
export const plotly = (): PlotlyApi => {
  if (!window.Plotly) {
    const script = document.createElement('script');
    script.textContent = document.getElementById('plotly')?.textContent ?? '';
    document.head.append(script);
  }
  if (!window.Plotly) throw new Error('Plotly did not start: this file may have been changed');
  return window.Plotly;
};
