import { Command, CommanderError, Help, Option } from 'commander';
import type { AuditFlags } from './commands/audit.ts';
import { type CheckFlags, checkExamples, checkNotes, checkOptions } from './commands/checkOptions.ts';
import { addCompletion, isAboutCompletion, withChoices } from './commands/completion.ts';
import { type Console, openConsole } from './commands/console.ts';
import type { ReportFlags } from './commands/report.ts';
import { defaults, readSettings, type Settings } from './commands/settings.ts';
import { listenForStop, type Stop } from './commands/signals.ts';
import { withChecksums } from './notebook/data/url.ts';
import { packageVersion } from './results/provenance.ts';
import { backendNames, engineNames, lossNames } from './results/shared.ts';
import { EXIT, type ExitCode, Failure } from './system/errors.ts';
import { fileFailure, lackFailure } from './system/fileFailure.ts';
import { visible } from './system/visible.ts';

/**
 * The signal handler of commands that end in order; for the others it stays null, and a signal ends the process at
 * once.
 */
let stop: Stop | null = null;
const listening = (): Stop => {
  stop ??= listenForStop();
  return stop;
};

/** Output options. */
const printing = [
  new Option('--json', 'print only the result, as JSON, on stdout').default(false),
  new Option('--quiet', 'print errors and notices only').default(false),
  new Option('--no-color', 'print without colours'),
];

/** Options of every command that trains. */
const running = [
  withChoices(
    new Option('--data <source>', `auto, usps, synthetic, a path or a URL (default: ${defaults.data})`),
    ['auto', 'usps', 'synthetic'],
  ),
  new Option(
    '--sha256 <checksums>',
    'of the files of --data, separated by commas; of a URL they are required',
  ),
  new Option('--positive <digit>', `the digit with label 1 (default: ${defaults.positive})`),
  new Option('--negative <digit>', `the digit with label 0 (default: ${defaults.negative})`),
  new Option('--per-class <n>', `images of each digit (default: ${defaults.perClass})`),
  new Option('--seed <n>', `of the initial parameters, as numpy.random.seed (default: ${defaults.seed})`),
  new Option('--epochs <n>', `passes over the images (default: ${defaults.epochs})`),
  new Option('--learning-rate <x>', `size of a step (default: ${defaults.learningRate})`),
  new Option('--kernel-size <n>', `side of the kernel, odd, 1..15 (default: ${defaults.kernelSize})`),
  withChoices(new Option('--backend <name>', `auto, native, wasm or cpu (default: ${defaults.backend})`), [
    'auto',
    ...backendNames,
  ]),
  new Option('--out <folder>', `where results are written (default: ${defaults.out})`),
  new Option('--offline', 'download nothing'),
  new Option('--config <file>', 'a JSON file of the settings above; flags override it'),
  new Option('--print-config', 'print the settings that would be used, and exit').default(false),
];

const engine = [
  withChoices(
    new Option('--engine <name>', `manual, autodiff, reference or fused (default: ${defaults.engine})`),
    engineNames,
  ),
  withChoices(
    new Option(
      '--loss <name>',
      `whose gradient autodiff takes: logits or logged (default: ${defaults.loss})`,
    ),
    lossNames,
  ),
];

interface PrintingFlags {
  json: boolean;
  quiet: boolean;
  color: boolean;
}

// Each command is imported when it is called: check does not need what train needs.
async function main(): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.done;
  const program = new Command('backproof')
    .description('A hand-written backward pass in TensorFlow.js, and the proof that it is right')
    .version(await packageVersion())
    .exitOverride()
    // The descriptions already list the choices.
    .configureHelp({
      optionDescription: (option) =>
        Help.prototype.optionDescription(Object.assign(Object.create(option), { argChoices: undefined })),
    })
    .showHelpAfterError('(backproof --help lists the commands, backproof COMMAND --help its options)')
    .addHelpText('after', examples(['run', 'run --data synthetic --epochs 20', 'train --seed 7', 'doctor']));

  const register = (name: string, description: string, options: Option[], shown: string[]): Command => {
    const command = program.command(name).description(description).addHelpText('after', examples(shown));
    for (const option of [...options, ...printing]) command.addOption(option);
    return command;
  };
  const registerRun = (
    name: string,
    description: string,
    options: Option[],
    shown: string[],
    act: (settings: Settings, console: Console, stop: Stop) => Promise<ExitCode>,
  ) =>
    register(name, description, [...options, ...running], shown).action(async (flags) => {
      const settings = await readSettings(withData(flags), flags.config);
      if (flags.printConfig) process.stdout.write(`${JSON.stringify(settings, null, 2)}\n`);
      else exitCode = await act(settings, openConsole(flags), listening());
    });

  registerRun(
    'run',
    'train, compare, report: the main job',
    engine,
    ['run', 'run --seed 7'],
    async (...given) => (await import('./commands/run.ts')).runCommand(...given),
  );
  registerRun(
    'train',
    'train the network and write train.json',
    engine,
    ['train --engine fused', 'train --engine autodiff --loss logged --backend cpu'],
    async (...given) => (await import('./commands/train.ts')).trainCommand(...given),
  );
  registerRun(
    'compare',
    'compare manual gradients with autodiff and the reference at every step of a run',
    [],
    ['compare', 'compare --positive 3 --negative 5 --epochs 10'],
    async (...given) => (await import('./commands/compare.ts')).compareCommand(...given),
  );
  register(
    'check',
    'check the gradients of TensorFlow.js code: every spec that a module exports',
    checkOptions,
    checkExamples,
  )
    .addHelpText('after', checkNotes)
    .argument('[files...]', 'modules, TypeScript or JavaScript, that export specs; folders and globs of them')
    .action(async (files: string[], flags: PrintingFlags & CheckFlags) => {
      const { checkCommand } = await import('./commands/check.ts');
      exitCode = await checkCommand(files, flags, openConsole(flags), listening());
    });
  register(
    'sweep',
    'train from many seeds, on several pairs of digits, with several learning rates, over all cores',
    [
      new Option('--seeds <list>', 'as 0-99 or 0-9,42 (default: 0-99)'),
      new Option('--pairs <list>', 'pairs of digits as 1v8,3v5, the one with label 1 first'),
      new Option('--learning-rates <list>', 'as 0.05,0.1'),
      new Option('--workers <n>', 'threads (default: one for each core)'),
      ...running,
    ],
    ['sweep --seeds 0-999', 'sweep --seeds 0-99 --pairs 1v8,3v5 --learning-rates 0.05,0.1'],
  ).action(async (flags) => {
    const { sweepCommand } = await import('./commands/sweep.ts');
    const { printedSettings, readSweepSettings } = await import('./commands/sweepSettings.ts');
    const settings = await readSweepSettings(withData(flags), flags.config);
    if (flags.printConfig) process.stdout.write(`${JSON.stringify(printedSettings(settings), null, 2)}\n`);
    else exitCode = await sweepCommand(settings, openConsole(flags), listening());
  });
  register(
    'report',
    'make the HTML page from the JSON files',
    [
      new Option(
        '--from <folders...>',
        `where train.json and the other results are; two folders lay two runs over each other (default: ${defaults.out})`,
      ),
      new Option('--out <folder>', 'where report.html is written (default: the first of these folders)'),
      new Option('--open', 'open the page in the browser').default(false),
      new Option('--png', 'write the main figures as PNG and SVG, through the installed browser').default(
        false,
      ),
    ],
    ['report', 'report --from outputs/seed0 outputs/seed1 --open', 'report --png'],
  ).action(async (flags: PrintingFlags & ReportFlags) => {
    const { reportCommand } = await import('./commands/report.ts');
    exitCode = await reportCommand(flags, openConsole(flags));
  });
  register(
    'data',
    'say which digits are available, where, and their checksums',
    [
      new Option('--download', 'fetch the published USPS files, verified').default(false),
      new Option('--offline', 'download nothing').default(false),
    ],
    ['data', 'data --download'],
  ).action(async (flags: PrintingFlags & { download: boolean; offline: boolean }) => {
    const { dataCommand } = await import('./commands/data.ts');
    exitCode = await dataCommand(flags, openConsole(flags), listening());
  });
  register(
    'setup-native',
    'build the native addon of @tensorflow/tfjs-node from a TensorFlow wheel',
    [new Option('--remove', 'undo it').default(false)],
    ['setup-native', 'setup-native --remove'],
  ).action(async (flags: PrintingFlags & { remove: boolean }) => {
    const { setupNativeCommand } = await import('./commands/setupNative.ts');
    exitCode = await setupNativeCommand(flags, openConsole(flags), listening());
  });
  register(
    'audit',
    'check every registered gradient of TensorFlow.js on every backend',
    [
      new Option('--only <name>', 'only the gradient of this kernel or op'),
      new Option(
        '--backend <names>',
        'native, wasm, cpu, webgl, webgpu, float64, separated by commas (default: those of Node)',
      ),
      new Option(
        '--page [file]',
        'write a page that audits the device on which it is opened (default: audit.html in --out)',
      ),
      new Option('--merge <file>', 'take the JSON of that page into audit.json'),
      new Option('--cases <number>', 'generated cases, beside the written ones').default('1000'),
      new Option('--seed <number>', 'makes the generated cases').default('1'),
      new Option(
        '--markdown',
        'print the faults of TensorFlow.js as Markdown: the smallest case of each, and a repeat',
      ).default(false),
      new Option('--out <folder>', 'where audit.json is written').default(defaults.out),
    ],
    ['audit', 'audit --only Conv2D --backend wasm,cpu', 'audit --backend webgl,webgpu', 'audit --page'],
  ).action(async (flags: PrintingFlags & AuditFlags) => {
    const { auditCommand } = await import('./commands/audit.ts');
    exitCode = await auditCommand(flags, openConsole(flags), listening());
  });
  register('doctor', 'say what works on this machine, and how to fix the rest', [], ['doctor']).action(
    async (flags: PrintingFlags) => {
      const { doctorCommand } = await import('./commands/doctor.ts');
      exitCode = await doctorCommand(openConsole(flags));
    },
  );

  if (isAboutCompletion(process.argv.slice(2))) await addCompletion(program);
  await program.parseAsync();
  return exitCode;
}

/** Adds the checksums of --sha256 to --data. */
const withData = (flags: { data?: string; sha256?: string }) => ({
  ...flags,
  data: withChecksums(flags.data, flags.sha256),
});

const examples = (lines: string[]): string =>
  `\nExamples:\n${lines.map((line) => `  backproof ${line}`).join('\n')}`;

/** The single place where errors end: one line for expected failures, a stack trace for a bug of ours. */
function exitCodeOfError(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  const stopped = stop?.exitCode() ?? null;
  if (stopped !== null) return stopped;
  const failure = error instanceof Failure ? error : lackFailure(error);
  if (failure !== null) {
    process.stderr.write(`backproof: ${visible(failure.message)}\n`);
    return failure.exitCode;
  }
  process.stderr.write(
    `backproof: a fault of its own, please report it\n${(error as Error).stack ?? error}\n`,
  );
  return EXIT.fault;
}

// A reader that closes the pipe early (head, less) is not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(process.exitCode ?? EXIT.done);
  process.exit(exitCodeOfError(fileFailure('stdout: expected to be written', error, 'choose another')));
});
// There is no stream left to report it on.
process.stderr.on('error', () => {});

try {
  process.exitCode = await main();
} catch (error) {
  process.exitCode = exitCodeOfError(error);
}
