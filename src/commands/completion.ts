import type { Command, Option } from 'commander';

/** Adds the values of an option for shell completion. They are validated elsewhere, with a better message. */
export function withChoices(option: Option, values: readonly string[]): Option {
  option.argChoices = [...values];
  return option;
}

/** The command that prints a shell's script, and the one that the script calls on every Tab. */
const COMMANDS = ['completion', 'complete'];

/** Whether these arguments need the commands of `addCompletion`: to run them, or to list them. */
export const isAboutCompletion = ([first]: readonly string[]): boolean =>
  first === undefined || first.startsWith('-') || first === 'help' || COMMANDS.includes(first);

const examples = `
Examples:
  backproof completion bash > ~/.local/share/bash-completion/completions/backproof
  backproof completion zsh > "\${fpath[1]}/_backproof"
  backproof completion fish > ~/.config/fish/completions/backproof.fish`;

/**
 * Adds `backproof completion SHELL`, which uses the program's own commands, options and choices, so it must come last.
 */
export async function addCompletion(program: Command): Promise<void> {
  const { default: tab } = await import('@bomb.sh/tab/commander');
  tab(program, { completionCommandName: 'completion' });
  const [command] = program.commands.filter((added) => added.name() === 'completion');
  command
    ?.description('print the script that completes commands, options and their values in a shell')
    .addHelpText('after', examples);
}
