import { existsSync, statSync } from 'node:fs';
import { extname } from 'node:path';
import { environmentFailure } from '../../system/errors.ts';
import { visible, visibleData } from '../../system/visible.ts';
import { EXTENSIONS, isModule } from './files.ts';
import type { CheckOptions, Received, SpecReport } from './messages.ts';
import { type End, runProcess } from './process.ts';
import { type FileReport, verdictOfFile } from './report.ts';

/** A module to check. */
export interface CheckedFile {
  /** Its absolute path. */
  readonly file: string;
  /** The same, as the user wrote it. */
  readonly shownFile: string;
}

export interface CheckHooks {
  readonly signal: AbortSignal;
  /** Seconds without a message after which a spec, or the loading of the module, is given up. */
  readonly timeout: number;
  readonly onProgress: (share: number, name: string) => void;
}

/** The result for a module, with the files that were read for it. */
export interface CheckedModule {
  readonly report: FileReport;
  /** Absolute paths of the files that were loaded, the module's own first, without those of packages. */
  readonly read: readonly string[];
  /** The names and exports of all its specs, before --only. */
  readonly known: readonly string[];
}

/**
 * Checks the specs of a module in a separate process. A spec that ends that process, or never returns, is invalid; the
 * specs after it are checked in another process.
 * @throws Failure (environment) if the requested backend is not available; the signal's reason after an abort
 */
export async function checkFile(
  { file, shownFile }: CheckedFile,
  options: CheckOptions,
  hooks: CheckHooks,
): Promise<CheckedModule> {
  const started = performance.now();
  const shown = visible(shownFile);
  const run = new Run(shown, hooks);
  let problem = unreadable(file, shown);
  if (problem === null) {
    const ticking = setInterval(() => run.tick(), 1000);
    try {
      problem = await run.toTheEnd({ file, shownFile, options });
    } finally {
      clearInterval(ticking);
    }
  }
  const seconds = (performance.now() - started) / 1000;
  const report = { file: shown, seconds, problem, specs: run.specs() };
  return {
    report: visibleData({ ...report, verdict: verdictOfFile(report) }),
    read: [file, ...run.read],
    known: run.known,
  };
}

/** Why a file cannot be loaded, or null. */
function unreadable(file: string, shown: string): string | null {
  const extension = extname(file);
  if (!isModule(file))
    return `${shown}: expected a module (${EXTENSIONS.join(', ')}), got ${visible(extension) || 'no extension'}`;
  if (!existsSync(file))
    return `${shown}: expected a file, got none there (backproof check --init ${shown} writes an example)`;
  return statSync(file).isFile() ? null : `${shown}: expected a file, got something else of that name`;
}

/** The check of one module, over all its processes. */
class Run {
  readonly #shown: string;
  readonly #hooks: CheckHooks;
  /** The specs that the module announced, and the reports so far by export. */
  #announced: readonly { readonly exportedAs: string; readonly name: string }[] | null = null;
  readonly #reports = new Map<string, SpecReport>();
  /** The spec that is being checked. */
  #current: string | null = null;
  #share = 0;
  #stray: string | null = null;
  read: readonly string[] = [];
  known: readonly string[] = [];

  constructor(shown: string, hooks: CheckHooks) {
    this.#shown = shown;
    this.#hooks = hooks;
  }

  /** Starts processes until every spec has its report. Returns why the module cannot be checked, or null. */
  async toTheEnd(input: CheckedFile & { readonly options: CheckOptions }): Promise<string | null> {
    for (;;) {
      let loaded = false;
      const end = await runProcess(
        { ...input, skip: [...this.#reports.keys()] },
        {
          ...this.#hooks,
          onMessage: (message) => {
            loaded ||= message.kind === 'loaded';
            // Until the module is loaded there is nothing to report.
            if (loaded || message.kind === 'read') this.#take(message);
          },
        },
      );
      if (end.kind === 'lacking') throw environmentFailure(end.line);
      if (end.kind === 'fault') throw Object.assign(new Error('the check ended'), { stack: end.stack });
      if (end.kind === 'problem' || !loaded || this.#announced === null) {
        const line = end.kind === 'problem' ? end.line : this.#line(this.#whyNotLoaded(end));
        return this.#pending().length === 0 ? line : this.#giveUp(line);
      }
      const [next] = this.#pending();
      if (next === undefined) return this.#stray;
      if (end.kind === 'done')
        return this.#giveUp(this.#line('expected the same specs each time it is loaded'));
      this.#fail(this.#current ?? next.exportedAs, this.#whyEnded(end));
      if (this.#pending().length === 0) return this.#stray;
    }
  }

  /** The reports, in the order in which the module exports its specs. */
  specs(): SpecReport[] {
    return (this.#announced ?? []).flatMap(({ exportedAs }) => this.#reports.get(exportedAs) ?? []);
  }

  tick(): void {
    const count = this.#announced?.length ?? 0;
    const share = count === 0 ? 0 : (this.#reports.size + this.#share) / count;
    const current = this.#announced?.find(({ exportedAs }) => exportedAs === this.#current);
    const spec = current ?? this.#pending()[0];
    const doing = this.#announced === null ? 'loading' : (spec?.name ?? '');
    this.#hooks.onProgress(Math.min(share, 1), visible(doing));
  }

  #take(message: Received): void {
    if (message.kind === 'read') this.read = message.files;
    else if (message.kind === 'loaded') {
      this.#announced ??= message.specs;
      this.known = message.all;
    } else if (message.kind === 'started') [this.#current, this.#share] = [message.exportedAs, 0];
    else if (message.kind === 'progress') this.#share = message.share;
    else if (message.kind === 'stray') this.#stray ??= message.line;
    else if (message.kind === 'report') {
      this.#reports.set(message.report.exportedAs, message.report);
      if (this.#current === message.report.exportedAs) [this.#current, this.#share] = [null, 0];
    }
    this.tick();
  }

  #pending() {
    return (this.#announced ?? []).filter(({ exportedAs }) => !this.#reports.has(exportedAs));
  }

  /** Makes every spec without a report invalid for the same reason. */
  #giveUp(line: string): null {
    for (const { exportedAs } of this.#pending()) this.#fail(exportedAs, line);
    return null;
  }

  #fail(exportedAs: string, message: string): void {
    const name = this.#announced?.find((spec) => spec.exportedAs === exportedAs)?.name ?? exportedAs;
    this.#reports.set(exportedAs, { exportedAs, name, status: 'invalid', message, fault: null });
    this.#current = null;
  }

  #line(what: string): string {
    return `${this.#shown}: ${what}`;
  }

  #whyNotLoaded(end: End): string {
    if (end.kind === 'silent')
      return `expected specs to check, got no end while it was loaded: ${this.#patience()}`;
    return `expected specs to check, got ${end.kind === 'ended' ? end.why : 'none'} while it was loaded`;
  }

  #whyEnded(end: End): string {
    const name = this.#announced?.find(({ exportedAs }) => exportedAs === this.#current)?.name;
    const got = end.kind === 'ended' ? end.why : `no end: ${this.#patience()}`;
    return this.#line(`${name === undefined ? '' : `${name}: `}expected a check that ends, got ${got}`);
  }

  #patience(): string {
    return `${this.#hooks.timeout} s without a sign of life (--timeout SECONDS allows for more)`;
  }
}
