import { dataStatus } from '../notebook/data/dataset.ts';
import { findBrowser } from '../system/browser.ts';
import { EXIT, type ExitCode } from '../system/errors.ts';
import { backendStatus } from '../tfjs/backends.ts';
import type { Console } from './console.ts';

interface Finding {
  readonly what: string;
  readonly works: boolean;
  readonly state: string;
  /** A single command that fixes it. */
  readonly fix: string | null;
}

/** `backproof doctor`: says what works on this machine, and how to fix the rest. Exit code 5 if no backend works. */
export async function doctorCommand(console: Console): Promise<ExitCode> {
  const backends = (await backendStatus()).map(
    ({ name, problem, fix }): Finding => ({
      what: `backend ${name}`,
      works: problem === null,
      state: problem ?? 'trains',
      fix: problem === null ? null : fix,
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
      fix: browser === null ? 'npx playwright-core install chromium' : null,
    },
    {
      what: 'data',
      works: verified,
      state: `${verified ? 'USPS, verified' : 'USPS not in the cache'}: ${data.directory}`,
      fix: verified ? null : 'backproof data --download',
    },
  ];
  for (const { what, works, state, fix } of findings) {
    const sign = works ? console.paint('green', 'ok     ') : console.paint('yellow', 'missing');
    console.say(`${sign}  ${what.padEnd(15)} ${state}`);
    if (fix !== null) console.say(`${''.padEnd(25)}fix: ${fix}`);
  }
  console.json({ schema: 'backproof/doctor/1', findings });
  return backends.some(({ works }) => works) ? EXIT.done : EXIT.environment;
}
