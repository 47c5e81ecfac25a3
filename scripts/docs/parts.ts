// The parts of a Markdown page that commands make.

const PART = /(<!-- made by: (.+) -->\n)[\s\S]*?(<!-- end of what it made -->)/g;

/** Whether a command prints help, which goes on the page verbatim. */
export const isHelp = (command: string): boolean => command.endsWith(' --help');

/** The commands that make parts of a page. */
export const commandsOf = (page: string): string[] =>
  [...page.matchAll(PART)].map(([, , command]) => command!);

/**
 * The page with its parts rewritten. Help is fenced as text; everything else is Markdown.
 *
 * @param outputOf returns the stdout of a command, or null to leave its part unchanged
 */
export function withMadeParts(page: string, outputOf: (command: string) => string | null): string {
  return page.replace(PART, (part: string, begin: string, command: string, end: string) => {
    const output = outputOf(command)?.trim();
    if (output === undefined) return part;
    return `${begin}\n${isHelp(command) ? `\`\`\`text\n${output}\n\`\`\`` : output}\n\n${end}`;
  });
}
