// The webgpu backend, mended, with the flags of tfjs's own tests: small tensors are computed by shaders as well.
import { env } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-webgpu';
import '../../src/tfjs/gpu/index.ts';

env().set('WEBGPU_CPU_FORWARD', false);
