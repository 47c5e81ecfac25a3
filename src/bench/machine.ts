import { cpus, loadavg, release, totalmem } from 'node:os';
import type { BenchResult } from '../results/bench.ts';

/** What a bench runs on; the loads are of the minute before now. */
export function describeMachine(loadBefore: number): BenchResult['machine'] {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: Math.max(1, cpus().length),
    memoryBytes: totalmem(),
    system: `${process.platform} ${process.arch} ${release()}`,
    node: process.version,
    loadBefore,
    loadAfter: loadNow(),
  };
}

/** Processes that want the processor, as a mean of the last minute; 0 where the system does not tell. */
export const loadNow = (): number => loadavg()[0] ?? 0;
