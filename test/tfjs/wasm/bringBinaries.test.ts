import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';

type Addresses = Record<string, string | null>;
const FILES = [
  'tfjs-backend-wasm.wasm',
  'tfjs-backend-wasm-simd.wasm',
  'tfjs-backend-wasm-threaded-simd.wasm',
];
const [WITHOUT_SIMD, SIMD, THREADED] = FILES as [string, string, string];

let addresses: Addresses = {};
const setWasmPaths = jest.fn((map: Addresses) => {
  // TensorFlow.js reads all of them at once, to see whether one is missing.
  for (const file of FILES) expect(map[file]).toBe(file);
  addresses = map;
});
jest.unstable_mockModule('@tensorflow/tfjs-backend-wasm', () => ({ setWasmPaths, version_wasm: '4.22.0' }));
for (const [name, version] of [['simd', '4.22.0'], ['threadedSimd', '4.21.0']]) // biome-ignore format: a table
  jest.unstable_mockModule(
    `../../../src/tfjs/wasm/binaries/${name}.js`,
    () => ({ version, binary: Uint8Array.of(1, 2, 3) }),
    { virtual: true },
  );
const { bringBinaries } = await import('../../../src/tfjs/wasm/bringBinaries.ts');

const backend = {} as tf.KernelBackend;
const createObjectURL = jest.spyOn(URL, 'createObjectURL').mockReturnValue('blob:of the binary');
let asked: (string | null)[];

/** A shipped backend that asks for the address of a file as it starts. */
const ship = (file: string, start: (address: string | null) => tf.KernelBackend = () => backend): void => {
  tf.registerBackend('wasm', async () => {
    asked.push(addresses[file]!);
    return start(asked.at(-1)!);
  });
};
const startWasm = () => tf.findBackendFactory('wasm')();

beforeEach(() => {
  asked = [];
  tf.env().set('IS_BROWSER', true);
  tf.env().set('IS_NODE', false);
  setWasmPaths.mockClear();
  createObjectURL.mockClear();
});
afterEach(() => {
  tf.removeBackend('wasm');
  tf.env().reset();
});

it.each([
  [false, false],
  [true, true],
])('outside of browsers the backend stays as it is: IS_BROWSER %j, IS_NODE %j', (isBrowser, isNode) => {
  tf.env().set('IS_BROWSER', isBrowser);
  tf.env().set('IS_NODE', isNode);
  ship(SIMD);
  const shipped = tf.findBackendFactory('wasm');
  bringBinaries();
  expect(tf.findBackendFactory('wasm')).toBe(shipped);
  expect(setWasmPaths).not.toHaveBeenCalled();
});

describe('in a browser', () => {
  it('the backend starts with the binary that it asks for, loaded once', async () => {
    ship(SIMD);
    bringBinaries();
    expect(await startWasm()).toBe(backend);
    expect(await startWasm()).toBe(backend);
    expect(asked).toEqual(['blob:of the binary', 'blob:of the binary']);
    expect(createObjectURL).toHaveBeenCalledTimes(1);
    const [blob] = createObjectURL.mock.calls[0] as [Blob];
    expect([blob.type, blob.size]).toEqual(['application/wasm', 3]);
  });

  it('it keeps the priority that TensorFlow.js gives it', () => {
    ship(SIMD);
    bringBinaries();
    const { registryFactory } = tf.engine() as unknown as {
      registryFactory: Record<string, { priority: number }>;
    };
    expect(registryFactory.wasm!.priority).toBe(2);
  });

  it('a file that is not brought along has its own name, and an error of the backend is passed on', async () => {
    ship(WITHOUT_SIMD, () => {
      throw new Error('no such file');
    });
    bringBinaries();
    await expect(startWasm()).rejects.toThrow('no such file');
    expect(asked).toEqual([WITHOUT_SIMD]);
  });

  it('a backend of another version looks in its default place, or says what it needs', async () => {
    ship(THREADED);
    bringBinaries();
    expect(await startWasm()).toBe(backend);
    expect(asked).toEqual([null]);
    tf.removeBackend('wasm');
    ship(THREADED, () => {
      throw new Error('404');
    });
    bringBinaries();
    await expect(startWasm()).rejects.toThrow(
      'expected @tensorflow/tfjs-backend-wasm 4.21.0, whose binaries it brings along, got 4.22.0',
    );
    expect(createObjectURL).not.toHaveBeenCalled();
  });
});
