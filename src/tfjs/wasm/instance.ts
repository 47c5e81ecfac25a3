import { shared, unshared } from './binary.js';

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
const modules = new Map<string, WebAssembly.Module>();

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
  const instance = new WebAssembly.Instance(compiled(isShared ? shared : unshared), { env: { memory } });
  const kernels = instance.exports as unknown as WasmKernels;
  instances.set(owner, kernels);
  return kernels;
}

function compiled(base64: string): WebAssembly.Module {
  let module = modules.get(base64);
  if (!module) {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    try {
      module = new WebAssembly.Module(bytes);
    } catch (error) {
      throw new Error('backproof/wasm-training: expected WebAssembly with SIMD, got a runtime without', {
        cause: error,
      });
    }
    modules.set(base64, module);
  }
  return module;
}
