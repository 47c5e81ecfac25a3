import { binary } from './binary.js';

/** The functions of ./assembly, where their parameters are documented. The numbers are addresses, sizes and counts. */
export interface WasmKernels {
  spread(...parameters: Numbers<12>): void;
  cropped(...parameters: Numbers<11>): void;
  convFilterGradient(...parameters: Numbers<18>): void;
  convInputGradient(...parameters: Numbers<17>): void;
  transposed(...parameters: Numbers<6>): void;
  depthwiseFilterGradient(...parameters: Numbers<15>): void;
  depthwiseInputGradient(...parameters: Numbers<14>): void;
  averagePool(...parameters: Numbers<20>): void;
  dilation2DFloat32(...parameters: Numbers<19>): void;
  dilation2DInt32(...parameters: Numbers<19>): void;
  maxPoolFloat32(...parameters: Numbers<22>): void;
  maxPoolInt32(...parameters: Numbers<22>): void;
  scatterAdd(...parameters: Numbers<5>): void;
  segmentSumFloat32(...parameters: Numbers<6>): void;
  segmentSumInt32(...parameters: Numbers<6>): void;
  addFloat32(...parameters: Numbers<6>): void;
  subtractFloat32(...parameters: Numbers<6>): void;
  multiplyFloat32(...parameters: Numbers<6>): void;
  outerProduct(...parameters: Numbers<5>): void;
  dotProduct(...parameters: Numbers<4>): void;
  oneTap(...parameters: Numbers<13>): void;
  correlatePlane(...parameters: Numbers<8>): void;
}

/** A tuple of exactly `Count` numbers. */
type Numbers<Count extends number, Tuple extends number[] = []> = Tuple['length'] extends Count
  ? Tuple
  : Numbers<Count, [number, ...Tuple]>;

/** The compiled module of the backend: it exports its memory, or imports one in the build with threads. */
export interface MemoryOwner {
  readonly asm?: { readonly memory?: WebAssembly.Memory };
  readonly wasmMemory?: WebAssembly.Memory;
}

const instances = new WeakMap<MemoryOwner, WasmKernels>();
const modules = new Map<boolean, WebAssembly.Module>();

/**
 * Instantiates the kernels in the backend's own memory, so that tensors are not copied. The memory object stays the
 * same when it grows, so one instance lasts as long as its backend.
 *
 * @throws Error if this version of TensorFlow.js hides its memory, or WebAssembly has no SIMD
 */
export function kernelsIn(owner: MemoryOwner): WasmKernels {
  const present = instances.get(owner);
  if (present) return present;
  const memory = owner.asm?.memory ?? owner.wasmMemory;
  if (!memory) {
    throw new Error(
      'backproof/wasm-training: expected the wasm backend of TensorFlow.js 4.22, got one without memory',
    );
  }
  const isShared = typeof SharedArrayBuffer !== 'undefined' && memory.buffer instanceof SharedArrayBuffer;
  const instance = new WebAssembly.Instance(compiled(isShared), { env: { memory } });
  const kernels = instance.exports as unknown as WasmKernels;
  instances.set(owner, kernels);
  return kernels;
}

function compiled(isShared: boolean): WebAssembly.Module {
  let module = modules.get(isShared);
  if (!module) {
    try {
      module = new WebAssembly.Module(kernelBinary(isShared));
    } catch (error) {
      throw new Error('backproof/wasm-training: expected WebAssembly with SIMD, got a runtime without', {
        cause: error,
      });
    }
    modules.set(isShared, module);
  }
  return module;
}

/** The import section: its size, one import, env.memory, and the limits of a memory that belongs to one thread. */
const IMPORT = '\x02\x0f\x01\x03env\x06memory\x02\x00\x00';
/** The same for shared memory, which needs a maximum: that of TensorFlow.js's build with threads, 4 GB. */
const SHARED_IMPORT = '\x02\x12\x01\x03env\x06memory\x02\x03\x00\x80\x80\x04';

/** The WebAssembly of the kernels. They use no atomics, so that for shared memory only its import differs. */
export function kernelBinary(isShared: boolean): Uint8Array<ArrayBuffer> {
  const bytes = atob(binary);
  return Uint8Array.from(isShared ? bytes.replace(IMPORT, SHARED_IMPORT) : bytes, (character) =>
    character.charCodeAt(0),
  );
}
