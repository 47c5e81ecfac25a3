import type { Config, Data, Layout } from 'plotly.js-dist-min';

/** The part of Plotly's API that the page uses. */
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

/** The mode bar would add interactive controls to a picture, and its cloud button could send data out. */
export const config: Partial<Config> = {
  displayModeBar: false,
  displaylogo: false,
  showSendToCloud: false,
  plotlyServerURL: '',
  responsive: true,
};

/** Plotly, made into a script from its data block on the first call; the policy contains its hash. */
export const plotly = (): PlotlyApi => {
  if (!window.Plotly) {
    const script = document.createElement('script');
    script.textContent = document.getElementById('plotly')?.textContent ?? '';
    document.head.append(script);
  }
  if (!window.Plotly) throw new Error('Plotly did not start: this file may have been changed');
  return window.Plotly;
};
