import type { VNode } from 'preact';
import { escapeScript } from '../system/embed.ts';
import type { Assets } from './assets.ts';
import { decodeRun, embedRun } from './embeddedRun.ts';
import { StillContext } from './parts/figure.tsx';
import { Json, Script, Style } from './parts/inline.tsx';
import { Still } from './parts/still.tsx';
import { contentSecurityPolicy } from './policy.ts';
import { anyResult, isOfRun, isSynthetic, type ReportResults } from './results.ts';
import { present, Sections } from './sections/index.tsx';
import { Banners } from './sections/verdict/banners.tsx';
import { Verdict } from './sections/verdict/section.tsx';
import { openState, PageContext } from './state.ts';

/** Runs before the first paint, so that nothing flickers; without scripts, the style sheet shows the static page. */
const scriptsOn = "document.documentElement.classList.add('scripts')";

const titleOf = (results: ReportResults): string => {
  const marked = isSynthetic(results) ? 'SYNTHETIC, ' : '';
  if (!isOfRun(results)) return `backproof: ${marked}a sweep of ${results.sweep!.summary.runs} runs`;
  const { config } = anyResult(results);
  return `backproof: ${marked}${config.positive} against ${config.negative}, seed ${config.seed}`;
};

/**
 * The whole page. Plotly is a data block at the end, so that the verdict is painted before its 4.8 MB are parsed; the
 * page's script turns it into a script when the first plot is needed.
 */
export const Document = ({ results, assets }: { results: ReportResults; assets: Assets }): VNode => {
  const { provenance } = isOfRun(results) ? anyResult(results) : results.sweep!;
  const plotly = escapeScript(assets.plotly);
  const script = escapeScript(assets.script);
  const run = results.train && embedRun(results.train);
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta
          http-equiv="Content-Security-Policy"
          content={contentSecurityPolicy([scriptsOn, script, plotly])}
        />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <title>{titleOf(results)}</title>
        <link rel="icon" href="data:," />
        <Script source={scriptsOn} />
        <Style source={assets.style} />
      </head>
      <body>
        <a class="skip" href="#verdict">
          Skip to the verdict
        </a>
        <Banners results={results} />
        <header class="top">
          <p class="brand">backproof</p>
          <nav aria-label="Sections">
            <ul>
              {present(results).map(({ id, label }) => (
                <li>
                  <a href={`#${id}`}>{label}</a>
                </li>
              ))}
            </ul>
          </nav>
        </header>
        <main>
          <Verdict results={results} />
          <p class="noscript">
            Scripts are off: the pictures are still, and nothing can be moved. The verdict and every table
            read without them; each figure’s data is under it.
          </p>
          <PageContext.Provider value={run ? openState(decodeRun(run)) : null}>
            <StillContext.Provider value={Still}>
              <Sections results={results} />
            </StillContext.Provider>
          </PageContext.Provider>
        </main>
        <footer>
          {`Written by backproof ${provenance.version}. One file, no network: everything on this page is in it.`}
        </footer>
        {run && <Json id="run" value={run} />}
        <Script id="plotly" type="text/plain" source={plotly} />
        <Script source={script} />
      </body>
    </html>
  );
};
