/** @jest-environment ./dist/jest-environment.js */
import { beforeAll, expect, it } from '@jest/globals';
import { startBackend } from '../../../src/tfjs/backends.ts';
import { tf } from '../../../src/tfjs/tfjs.ts';
import { describeNative } from '../../support/native.ts';

describeNative('backproof/jest-environment', () => {
  beforeAll(async () => {
    await startBackend('native');
  });

  it('has the typed arrays that the addon makes', async () => {
    expect(tf.tensor1d([1, 2]).square().dataSync()).toBeInstanceOf(Float32Array);
    expect(tf.tensor1d([1, 2], 'int32').square().dataSync()).toBeInstanceOf(Int32Array);
    expect((await tf.tensor1d([1, 2]).square().data()).buffer).toBeInstanceOf(ArrayBuffer);
    expect(tf.tensor1d([1, 2]).square().dataSync()).toEqual(new Float32Array([1, 4]));
    expect(tf.tensor1d([1, 2]).square().dataSync()).toStrictEqual(new Float32Array([1, 4]));
  });

  it('has those of Node itself', () => {
    expect(Buffer.from('x')).toBeInstanceOf(Uint8Array);
    expect(new TextEncoder().encode('x')).toBeInstanceOf(Uint8Array);
    expect(structuredClone(new Float64Array(1))).toBeInstanceOf(Float64Array);
  });
});
