import { execFile } from 'node:child_process';
import { chmod, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { backproof, scratchFolders } from '../support/cli.ts';

const program = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const scratch = scratchFolders();

/** The completions that the shell's script offers for these words, without descriptions. */
async function completed(...words: string[]): Promise<string[]> {
  const { code, stdout } = await backproof(['complete', '--', ...words]);
  expect(code).toBe(0);
  return stdout
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith(':'))
    .map((line) => line.split('\t')[0]!);
}

describe('shell completion', () => {
  it('knows every command that the help lists', async () => {
    const { stdout } = await backproof(['--help']);
    const listed = [...stdout.matchAll(/^ {2}([a-z-]+) .*$/gm)]
      .map(([, name]) => name!)
      .filter((name) => name !== 'backproof');
    expect(listed).toEqual(expect.arrayContaining(['run', 'check', 'sweep', 'doctor', 'completion']));
    expect(await completed('')).toEqual(listed);
  });

  it.each([
    [
      ['check', '--mode', ''],
      ['full', 'sampled', 'directional'],
    ],
    [
      ['check', '--reporter', 'j'],
      ['json', 'junit'],
    ],
    [
      ['run', '--engine', ''],
      ['manual', 'autodiff', 'reference', 'fused'],
    ],
    [['train', '--backend', 'w'], ['wasm']],
    [['sweep', '--wor'], ['--workers']],
    [
      ['completion', ''],
      ['zsh', 'bash', 'fish', 'powershell'],
    ],
  ])('completes %j', async (words, expected) => {
    expect(await completed(...words)).toEqual(expected);
  });

  it.each(['zsh', 'fish'])('prints a script for %s that asks the program', async (shell) => {
    const { code, stdout, stderr } = await backproof(['completion', shell]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/backproof complete --/);
  });

  it('completes in bash', async () => {
    const folder = await scratch();
    await writeFile(join(folder, 'backproof'), `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`);
    await chmod(join(folder, 'backproof'), 0o755);
    // The variables of bash-completion: the words and the index of the one under the cursor.
    const shell = `_get_comp_words_by_ref() { words=("\${COMP_WORDS[@]}"); cword=$COMP_CWORD; cur=\${words[cword]}; }
      source <(backproof completion bash)
      COMP_WORDS=(backproof check --exact o); COMP_CWORD=3; COMP_LINE='backproof check --exact o'; COMP_POINT=25
      $(complete -p backproof | sed -E 's/.*-F ([^ ]+).*/\\1/') 2>/dev/null
      printf '%s\\n' "\${COMPREPLY[@]}"`;
    const env = { ...process.env, PATH: `${folder}${delimiter}${process.env.PATH}` };
    const { stdout } = await promisify(execFile)('bash', ['--norc', '-c', shell], { env });
    expect(stdout.trim().split(/\s+/)).toEqual(['on', 'off', 'only']);
  });
});
