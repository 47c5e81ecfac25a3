import { dataStatus } from '../notebook/data/dataset.ts';
import { findBrowser } from '../report/index.ts';
import { EXIT, type ExitCode } from '../system/errors.ts';
import { backendStatus } from '../tfjs/backends.ts';
import type { Console } from './console.ts';

interface Finding {
  readonly what: string;
  readonly works: boolean;
  readonly state: string;
  /** The one command that mends it. */
  readonly mend: string | null;
}

/** `backproof doctor`: what works here, and what mends the rest. Exit 5 when no backend at all works. */
export async function doctorCommand(console: Console): Promise<ExitCode> {
  const backends = (await backendStatus()).map(
    ({ name, problem, mend }): Finding => ({
      what: `backend ${name}`,
      works: problem === null,
      state: problem ?? 'trains',
      mend: problem === null ? null : mend,
    }),
  );
  const browser = await findBrowser();
  const data = await dataStatus();
  const verified = data.files.every((file) => file.verified);
  const findings: Finding[] = [
    ...backends,
    {
      what: 'browser',
      works: browser !== null,
      state: browser === null ? 'none found' : `${browser.path} (${browser.how})`,
      mend: browser === null ? 'npx playwright-core install chromium' : null,
    },
    {
      what: 'data',
      works: verified,
      state: `${verified ? 'USPS, verified' : 'USPS not in the cache'}: ${data.directory}`,
      mend: verified ? null : 'backproof data --download',
    },
  ];
  for (const { what, works, state, mend } of findings) {
    const sign = works ? console.paint('green', 'ok     ') : console.paint('yellow', 'missing');
    console.say(`${sign}  ${what.padEnd(15)} ${state}`);
    if (mend !== null) console.say(`${''.padEnd(25)}mend: ${mend}`);
  }
  console.json({ findings });
  return backends.some(({ works }) => works) ? EXIT.done : EXIT.surroundings;
}
