// Imported here because process.env inside a test is a copy, which TensorFlow's library does not see.
import './environment.ts';
import { TestEnvironment } from 'jest-environment-node';

/** The classes from which native addons and Node itself make typed arrays. */
const hostClasses = {
  ArrayBuffer,
  SharedArrayBuffer,
  DataView,
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
};

/**
 * `backproof/jest-environment`: Jest's Node environment with the typed arrays of the process itself. A native addon
 * makes its arrays outside of Jest's sandbox; in this environment `tensor.dataSync() instanceof Float32Array` is still
 * true. It also prepares the process for the addon, as `backproof/native` does.
 */
class HostTypedArraysEnvironment extends TestEnvironment {
  constructor(...args: ConstructorParameters<typeof TestEnvironment>) {
    super(...args);
    Object.assign(this.global, hostClasses);
  }
}

export { HostTypedArraysEnvironment as default, HostTypedArraysEnvironment as TestEnvironment };
