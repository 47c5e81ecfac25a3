import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** Programs that can be missing, by their names in each package manager. */
const packages = {
  compiler: {
    'apt-get': 'install -y g++',
    dnf: 'install -y gcc-c++',
    zypper: 'install -y gcc-c++',
    pacman: '-S --noconfirm gcc',
  },
  pip: {
    'apt-get': 'install -y python3-pip',
    dnf: 'install -y python3-pip',
    zypper: 'install -y python3-pip',
    pacman: '-S --noconfirm python-pip',
    brew: 'install python',
  },
} as const;

const elsewhere = { compiler: 'install g++ or clang++', pip: 'install pip, uv or pipx' };

/** The command that installs a missing program, with the package manager of this system. */
export function installCommand(what: keyof typeof packages, environment: Environment): string {
  if (process.platform === 'darwin' && what === 'compiler') return 'xcode-select --install';
  const found = Object.entries(packages[what]).find(([manager]) => onPath(manager, environment));
  if (found === undefined) return elsewhere[what];
  const [manager, rest] = found;
  const asRoot = manager === 'brew' || process.getuid?.() === 0 ? '' : 'sudo ';
  return `${asRoot}${manager} ${rest}`;
}

function onPath(program: string, environment: Environment): boolean {
  // The system's own package managers are always in these folders, whatever the user's PATH is.
  const folders = [...(environment.PATH ?? '').split(delimiter), '/usr/bin', '/bin', '/opt/homebrew/bin'];
  return folders.some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return folder !== '';
    } catch {
      return false;
    }
  });
}
