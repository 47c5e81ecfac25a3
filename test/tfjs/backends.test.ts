import { beforeEach, describe, expect, it, jest } from '@jest/globals';

const registerNative = jest.fn<() => Promise<void>>();
const registerWasm = jest.fn<() => Promise<void>>();
const tfjsNodeFolders = jest.fn<() => string[]>();
jest.unstable_mockModule('../../src/tfjs/native/load.ts', () => ({ registerNative }));
jest.unstable_mockModule('../../src/tfjs/wasm/load.ts', () => ({ registerWasm }));
jest.unstable_mockModule('../../src/tfjs/native/tfjsNode.ts', () => ({ tfjsNodeFolders }));
const { backendStatus, startBackend } = await import('../../src/tfjs/backends.ts');

beforeEach(() => {
  registerNative.mockReset().mockRejectedValue(new Error('no addon\nand more of it'));
  registerWasm.mockReset().mockRejectedValue('not there');
  tfjsNodeFolders.mockReset().mockReturnValue(['node_modules/@tensorflow/tfjs-node']);
});

const WASM_FIX = 'npm install @tensorflow/tfjs-backend-wasm, or use --backend cpu';

describe('the status of the backends', () => {
  it('has the first line of what each one says, and what solves it', async () => {
    expect(await backendStatus()).toEqual([
      { name: 'cpu', problem: null, fix: 'npm install @tensorflow/tfjs' },
      { name: 'wasm', problem: 'not there', fix: WASM_FIX },
      { name: 'native', problem: 'no addon', fix: 'backproof setup-native' },
    ]);
  });

  it('tells a tfjs-node that is not installed from one without its addon', async () => {
    tfjsNodeFolders.mockReturnValue([]);
    expect((await backendStatus()).slice(1)).toEqual([
      { name: 'wasm', problem: 'not there', fix: WASM_FIX },
      {
        name: 'native',
        problem: '@tensorflow/tfjs-node is not installed',
        fix: 'npm install --ignore-scripts @tensorflow/tfjs-node',
      },
    ]);
  });
});

describe('a backend that is started', () => {
  it('is the one asked for, or an error with its problem', async () => {
    expect(await startBackend('cpu')).toMatchObject({ name: 'cpu', reason: 'as asked' });
    await expect(startBackend('native')).rejects.toThrow(
      '--backend native: expected it to load, got native does not load ("no addon"): backproof setup-native',
    );
  });

  it('is for auto the first that loads, with the reason why not the others', async () => {
    const { name, reason } = await startBackend('auto');
    expect(name).toBe('cpu');
    expect(reason.split('; ')).toEqual([
      'auto: the fastest for a network this small',
      `wasm does not load ("not there"): ${WASM_FIX}`,
      'native does not load ("no addon"): backproof setup-native',
    ]);
  });

  it('is registered once, and no backend that is registered and does not start', async () => {
    registerWasm.mockResolvedValue();
    for (const _time of [1, 2]) await expect(startBackend('wasm')).rejects.toThrow('wasm does not load');
    expect(registerWasm).toHaveBeenCalledTimes(1);
  });
});
