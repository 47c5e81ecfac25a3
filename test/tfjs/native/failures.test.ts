import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { Failure } from '../../../src/system/errors.ts';
import { removeNative, type SetupOptions, setupNative } from '../../../src/tfjs/native/setup/setup.ts';
import { wheelName } from '../../../src/tfjs/native/setup/wheels.ts';
import { temporaryFolder } from '../../notebook/data/fixtures.ts';
import { anyWheel, filesIn, makePath, makeProject } from '../../support/native.ts';

const machine = { platform: 'linux', arch: 'x64', glibc: '2.36' };
const wheel = anyWheel();
const { project, tfjsNode } = makeProject(join(temporaryFolder(), 'project'));
const untouched = filesIn(tfjsNode);

/** pip without the user's configuration: only the test's settings apply. */
const plainPip = {
  PIP_CONFIG_FILE: '/dev/null',
  PIP_FIND_LINKS: '',
  PIP_RETRIES: '1',
  HOME: process.env.HOME,
};

let folder: string;
let cache: string;
beforeEach(() => {
  folder = mkdtempSync(join(dirname(project), 'case-'));
  cache = join(folder, 'cache');
});

/** Runs a setup that must fail, and checks that it leaves nothing behind. */
async function failure(options: SetupOptions): Promise<string> {
  const error = await setupNative({ project, cache, machine, ...options }).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(Failure);
  expect((error as Failure).exitCode).toBe(5);
  expect(filesIn(tfjsNode)).toEqual(untouched);
  expect(readdirSync(tfjsNode).filter((name) => name.startsWith('.'))).toEqual([]);
  const left = existsSync(cache) ? readdirSync(cache) : [];
  expect(left.filter((name) => name !== wheelName(wheel))).toEqual([]);
  return (error as Failure).message;
}

/** Files with the names and sizes of the libraries, but sparse, so that they take no space. */
function hollowLibraries(): void {
  const lib = join(cache, wheelName(wheel), 'lib');
  mkdirSync(lib, { recursive: true });
  const [first, second] = wheel.libraries;
  for (const [name, bytes] of [
    [first, wheel.libraryBytes - 1],
    [second, 1],
  ] as const) {
    writeFileSync(join(lib, name), '');
    truncateSync(join(lib, name), bytes);
  }
}

describe('setup-native says what is missing and how to fix it', () => {
  it.each([
    [{ platform: 'win32', arch: 'x64', glibc: null }, 'win32 on x64; work in Linux on it: wsl --install'],
    [
      { platform: 'linux', arch: 'x64', glibc: null },
      'linux on x64 with musl; train on wasm: --backend wasm',
    ],
    [{ platform: 'darwin', arch: 'x64', glibc: null }, 'darwin on x64; train on wasm: --backend wasm'],
  ])('on %j', async (unsupported, got) => {
    const offered = 'Linux with glibc on x64 or arm64, or macOS on arm64';
    expect(await failure({ machine: unsupported })).toBe(`setup-native: expected ${offered}, got ${got}`);
  });

  it('without a compiler', async () => {
    const PATH = makePath(join(folder, 'bin'), ['python3']);
    const message = await failure({ env: { ...process.env, PATH, CXX: '' } });
    expect(message).toMatch(
      /expected a C\+\+ compiler on the PATH, got none of c\+\+, g\+\+ and clang\+\+; \S.*(g\+\+|gcc|xcode-select)/,
    );
  });

  it('with a CXX that is no compiler', async () => {
    const message = await failure({ env: { ...process.env, CXX: '/nowhere/c++' } });
    expect(message).toContain('got CXX=/nowhere/c++, which does not run; ');
  });

  it.each([
    ['without Python', {}],
    ['with a Python that lacks pip', { python3: 'echo "No module named pip" >&2; exit 1' }],
  ])('%s, uv and pipx', async (_name, scripts) => {
    const PATH = makePath(join(folder, 'bin'), ['c++'], scripts);
    const message = await failure({ env: { ...process.env, PATH } });
    expect(message).toMatch(/expected pip \(python3 -m pip, uv or pipx\) on the PATH, got none; \S.*pip/);
  });

  it.each([
    ['uv', 'uv tool run pip'],
    ['pipx', 'pipx run pip'],
  ])('takes pip through %s where that is what there is', async (program, way) => {
    const script = `[ "$1" = --version ] && exit 0; echo "ERROR: told $*" >&2; exit 1`;
    const PATH = makePath(join(folder, 'bin'), ['c++'], { [program]: script });
    const message = await failure({ env: { ...process.env, PATH } });
    expect(message).toContain(`expected tensorflow-cpu 2.21.0 from ${way}, got "ERROR: told `);
    expect(message).toContain(`pip download --no-deps --only-binary=:all:`);
    expect(message).toContain('--platform=manylinux_2_27_x86_64 --python-version=311');
    expect(message).toContain(`see what pip says: ${way} download --no-deps tensorflow-cpu==2.21.0`);
  });

  it('with the last words of a pip that names no error', async () => {
    const script = '[ "$3" = --version ] && exit 0; echo Collecting; echo "no idea" >&2; exit 1';
    const PATH = makePath(join(folder, 'bin'), ['c++'], { python3: script });
    const message = await failure({ env: { ...process.env, PATH } });
    expect(message).toContain('from python3 -m pip, got "no idea"; see what pip says: ');
  });

  it('without a network', async () => {
    const env = { ...plainPip, PATH: process.env.PATH, PIP_INDEX_URL: 'http://127.0.0.1:9/simple' };
    const message = await failure({ env });
    expect(message).toContain('expected tensorflow-cpu 2.21.0 from python3 -m pip, got no network ("');
    expect(message).toContain(
      'connect, or name a mirror (PIP_INDEX_URL), then run backproof setup-native again',
    );
  });

  it('with another file under the name of the wheel', async () => {
    const wheels = join(folder, 'wheels');
    mkdirSync(wheels);
    const pack = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1], 'w') as wheel:
    about = 'tensorflow_cpu-2.21.0.dist-info/'
    wheel.writestr(about + 'METADATA', 'Metadata-Version: 2.1\\nName: tensorflow-cpu\\nVersion: 2.21.0\\n')
    wheel.writestr(about + 'WHEEL', 'Wheel-Version: 1.0\\nRoot-Is-Purelib: false\\n')
`;
    execFileSync('python3', ['-c', pack, join(wheels, wheel.file)]);
    const env = { ...plainPip, PATH: process.env.PATH, PIP_NO_INDEX: '1', PIP_FIND_LINKS: wheels };
    const message = await failure({ env });
    expect(message).toContain(`expected ${wheel.file} with sha256 ${wheel.sha256}, got `);
    expect(message).toContain('; take it from the public index: ');
  });

  it('without space on the disk', async () => {
    const message = await failure({ freeBytes: async () => 5e8 });
    expect(message).toMatch(
      /expected 1\.18 GB free in \S+, got 0\.50 GB; name a folder on a larger disk: BACK/,
    );
  });

  it('with a disk that is full sooner than it said', async () => {
    const script = `[ "$3" = --version ] && exit 0; echo "OSError: [Errno 28] No space left on device" >&2; exit 1`;
    const PATH = makePath(join(folder, 'bin'), ['c++'], { python3: script });
    expect(await failure({ env: { ...process.env, PATH } })).toContain(
      'got no space left on the disk; name a folder',
    );
  });

  it('with a cache that cannot be written', async () => {
    writeFileSync(join(folder, 'file'), '');
    const message = await failure({ cache: join(folder, 'file', 'cache') });
    expect(message).toContain('expected folders that can be written, got ENOTDIR');
    expect(message).toContain('BACKPROOF_CACHE=FOLDER backproof setup-native');
  });

  it('with a compiler that refuses', async () => {
    hollowLibraries();
    const script = `[ "$1" = --version ] && echo "old compiler 1" && exit 0; echo "x.cc:1: error: too new" >&2; exit 1`;
    const CXX = join(makePath(join(folder, 'bin'), [], { old: script }), 'old');
    const message = await failure({ env: { ...process.env, CXX } });
    expect(message).toContain('expected old compiler 1 to compile ');
    expect(message).toContain(
      'got "x.cc:1: error: too new"; name another compiler with CXX, or update this one: ',
    );
  });

  it('with an addon that does not load', async () => {
    hollowLibraries();
    const script =
      '[ "$1" = --version ] && exit 0; while [ "$1" != -o ]; do shift; done; echo "no addon" > "$2"';
    const CXX = join(makePath(join(folder, 'bin'), [], { vain: script }), 'vain');
    const message = await failure({ env: { ...process.env, CXX } });
    expect(message).toMatch(/expected the addon to load and to take a gradient, got "\S.*"; train on wasm/);
  });

  it('clears away what a killed set-up left', async () => {
    hollowLibraries();
    mkdirSync(join(tfjsNode, '.backproof-99'));
    mkdirSync(join(cache, 'partial-99'));
    const [name] = wheel.libraries;
    truncateSync(join(cache, wheelName(wheel), 'lib', name), 1);
    const env = { ...plainPip, PATH: process.env.PATH, PIP_INDEX_URL: 'http://127.0.0.1:9/simple' };
    await expect(setupNative({ project, cache, machine, env })).rejects.toThrow('no network');
    expect(readdirSync(cache)).toEqual([wheelName(wheel)]);
    // Both libraries have one byte.
    expect(await removeNative({ project, cache })).toMatchObject({ from: [cache], freedBytes: 2 });
    expect(filesIn(tfjsNode)).toEqual(untouched);
    expect(readdirSync(tfjsNode)).not.toContain('.backproof-99');
    expect(existsSync(cache)).toBe(false);
  });
});

describe('setup-native, stopped', () => {
  it('ends what it started and leaves nothing', async () => {
    const started = join(folder, 'started');
    const ended = join(folder, 'ended');
    // A program started by pip must be stopped too.
    const second = `trap 'echo > ${ended}; exit' TERM; echo > ${started}; while :; do sleep 0.05; done`;
    const script = `[ "$3" = --version ] && exit 0; (${second}) & wait`;
    const PATH = makePath(join(folder, 'bin'), ['c++', 'sleep'], { python3: script });
    const controller = new AbortController();
    const reason = new Error('stopped by the test');
    const setUp = setupNative({
      project,
      cache,
      machine,
      env: { ...process.env, PATH },
      signal: controller.signal,
    });
    while (!existsSync(started)) await new Promise((resolve) => setTimeout(resolve, 20));
    controller.abort(reason);
    await expect(setUp).rejects.toBe(reason);
    expect(readdirSync(cache)).toEqual([]);
    expect(filesIn(tfjsNode)).toEqual(untouched);
    expect(existsSync(ended)).toBe(true);
  });
});
