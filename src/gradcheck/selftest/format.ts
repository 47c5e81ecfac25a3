import type { PlantedMistake, SelfTestResult } from '../../results/selfTest.ts';
import { alignedLines } from '../../system/text.ts';

/** The detection table as text: a line for each mistake, the correct twins, the verdict. */
export function formatSelfTest(result: SelfTestResult): string {
  const { mistakes, correct, seeds, checks, falseAlarms, mode, seconds } = result;
  const heading = ['layer', 'planted mistake', 'caught', 'by', 'screen', 'worst element', 'looks like'];
  const rows = mistakes.map((mistake) => [
    mistake.layer,
    mistake.name,
    mistake.caught ? 'yes' : seeds > 1 ? `${mistake.caughtSeeds} of ${seeds}` : 'NO',
    mistake.by,
    screenText(mistake, seeds),
    mistake.worst ?? '-',
    mistake.looksLike ?? '-',
  ]);
  const caught = mistakes.filter((mistake) => mistake.caught).length;
  const alarms = correct.filter((twin) => twin.falseAlarms > 0);
  return [
    ...alignedLines([heading, ...rows]),
    '',
    `${caught} of ${mistakes.length} planted mistakes caught (mode ${mode}, ${seeds} seed${seeds === 1 ? '' : 's'})`,
    `${falseAlarms} false alarms in ${checks} checks of ${correct.length} correct twins`,
    ...alarms.map(({ layer, message }) => `FALSE ALARM: ${layer}: ${message}`),
    `self-test ${result.verdict === 'pass' ? 'passed' : 'FAILED'} in ${seconds.toFixed(1)} s`,
  ].join('\n');
}

function screenText({ screenSeeds }: PlantedMistake, seeds: number): string {
  if (screenSeeds === null) return '-';
  if (seeds > 1) return `${screenSeeds} of ${seeds}`;
  return screenSeeds === 1 ? 'yes' : 'no';
}
