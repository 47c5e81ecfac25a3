import { codeOf } from '../src/audit/expression.ts';
import { faultOf, faultsAt } from '../src/audit/faults.ts';
import { judged, trialOf } from '../src/audit/generate/generate.ts';
import { agrees, outputOf, truthOf } from '../src/audit/generate/screen.ts';
import { inMode } from '../src/audit/modes.ts';
import { signatures } from '../src/audit/signatures/index.ts';
import { tf } from '../src/tfjs/tfjs.ts';

const [backend, mode, from, to] = [
  process.argv[2] as 'cpu',
  process.argv[3] as 'plain',
  Number(process.argv[4]),
  Number(process.argv[5]),
];
const cpu = () => {
  const u = process.cpuUsage();
  return (u.user + u.system) / 1000;
};
let right = 0,
  known = 0;
await inMode(mode, backend, async () => {
  for (let seed = from; seed < to; seed++) {
    const s = signatures[seed % signatures.length]!;
    const t = trialOf(s, seed);
    const start = cpu();
    if (outputOf(t.subject) === null) continue;
    const truth = truthOf(t.subject, seed);
    const ok = truth !== null && (backend === ('float64' as never) || agrees(t.subject, tf, truth));
    const screen = cpu() - start;
    if (ok) {
      right++;
      if (screen > 200) console.log('slow screen', s.op, screen);
      continue;
    }
    if (faultsAt(t.subject, backend, mode).length > 0) {
      known++;
      continue;
    }
    const r = await judged(t.subject, backend, truth !== null);
    const took = cpu() - start - screen;
    if (took > 300 || r.verdict !== 'right')
      console.log(
        seed,
        s.op,
        r.verdict,
        faultOf(t.subject, backend, mode, r)?.id ?? 'FRESH',
        Math.round(took),
        'ms',
        codeOf(t.subject.expression),
        JSON.stringify(t.subject.shapes),
        JSON.stringify(r.worst),
        r.message?.slice(0, 150),
      );
  }
});
console.log({ right, known, cpu: cpu() });
