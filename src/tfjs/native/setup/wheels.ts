import { environmentFailure } from '../../../system/errors.ts';

/**
 * A wheel of TensorFlow in the Python package index. Only its C libraries and headers are used, which are the same for
 * every Python version, so one file is pinned for each platform, whatever Python downloads it.
 */
export interface Wheel {
  readonly project: 'tensorflow-cpu' | 'tensorflow';
  readonly version: string;
  /** The pip tags that select exactly this file. */
  readonly platformTag: string;
  readonly python: string;
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
  /** The two libraries, in the order in which the linker needs them. */
  readonly libraries: readonly [string, string];
  /** The size of all libraries, unpacked. */
  readonly libraryBytes: number;
  /** Whether we have run the setup on this platform. */
  readonly tested: boolean;
}

const VERSION = '2.21.0';

function wheel(
  project: Wheel['project'],
  platformTag: string,
  rest: Pick<Wheel, 'bytes' | 'sha256' | 'libraries' | 'libraryBytes' | 'tested'>,
): Wheel {
  const file = `${project.replace('-', '_')}-${VERSION}-cp311-cp311-${platformTag}.whl`;
  return { project, version: VERSION, platformTag, python: '311', file, ...rest };
}

const linuxLibraries = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'] as const;
const macLibraries = ['libtensorflow_cc.2.dylib', 'libtensorflow_framework.2.dylib'] as const;

/**
 * By Node's platform and architecture. tensorflow-cpu exists only for x64; elsewhere tensorflow has the same libraries.
 */
const wheels: Readonly<Record<string, Wheel>> = {
  'linux-x64': wheel('tensorflow-cpu', 'manylinux_2_27_x86_64', {
    bytes: 273_829_956,
    sha256: '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c',
    libraries: linuxLibraries,
    libraryBytes: 853_308_936,
    tested: true,
  }),
  'linux-arm64': wheel('tensorflow', 'manylinux_2_27_aarch64', {
    bytes: 281_828_020,
    sha256: '4b24aca16d527a3cf1c37f720c04c484c3d20f4d0fdfa98632ac8b9f3be6eb5c',
    libraries: linuxLibraries,
    libraryBytes: 883_062_208,
    tested: false,
  }),
  'darwin-arm64': wheel('tensorflow', 'macosx_12_0_arm64', {
    bytes: 223_405_849,
    sha256: '51f46f4806139d01fc7920cc72a4c75876f80649bf40ff083ab6212ceb43ca88',
    libraries: macLibraries,
    libraryBytes: 740_805_624,
    tested: false,
  }),
};

/** The properties of a machine that decide which wheel fits. */
export interface Machine {
  readonly platform: string;
  readonly arch: string;
  /** The version of glibc; null if the C library is another one. */
  readonly glibc: string | null;
}

/** The machine that this process runs on. */
export function thisMachine(): Machine {
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
  return { platform: process.platform, arch: process.arch, glibc: header.glibcVersionRuntime ?? null };
}

/**
 * The wheel for a machine.
 *
 * @throws Failure (environment) if TensorFlow publishes none
 */
export function wheelFor({ platform, arch, glibc }: Machine): Wheel {
  const found = wheels[`${platform}-${arch}`];
  const musl = platform === 'linux' && glibc === null;
  if (found !== undefined && !musl) return found;
  const offered = 'Linux with glibc on x64 or arm64, or macOS on arm64';
  const got = `${platform} on ${arch}${musl ? ' with musl' : ''}`;
  const next = platform === 'win32' ? 'work in Linux on it: wsl --install' : 'train on wasm: --backend wasm';
  throw environmentFailure(`setup-native: expected ${offered}, got ${got}; ${next}`);
}

/** The key in the cache: one folder for each wheel. */
export const wheelName = ({ project, version, platformTag }: Wheel): string =>
  `${project}-${version}-${platformTag}`;
