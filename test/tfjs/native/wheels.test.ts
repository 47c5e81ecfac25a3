import { expect, it } from '@jest/globals';
import { wheelFor, wheelName } from '../../../src/tfjs/native/setup/wheels.ts';

const glibc = '2.36';
it.each([
  [{ platform: 'linux', arch: 'x64', glibc }, 'tensorflow-cpu', 'manylinux_2_27_x86_64', 'so.2', true],
  [{ platform: 'linux', arch: 'arm64', glibc }, 'tensorflow', 'manylinux_2_27_aarch64', 'so.2', false],
  [{ platform: 'darwin', arch: 'arm64', glibc: null }, 'tensorflow', 'macosx_12_0_arm64', '2.dylib', false],
] as const)('the wheel for %j', (machine, project, platformTag, end, tested) => {
  const wheel = wheelFor(machine);
  expect(wheel).toMatchObject({
    file: `${project.replace('-', '_')}-2.21.0-cp311-cp311-${platformTag}.whl`,
    libraries: [`libtensorflow_cc.${end}`, `libtensorflow_framework.${end}`],
    tested,
  });
  expect(wheel.sha256).toMatch(/^[0-9a-f]{64}$/);
  expect(wheelName(wheel)).toBe(`${project}-2.21.0-${platformTag}`);
});
