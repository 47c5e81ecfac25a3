// The webgl backend, mended, with the flags of tfjs's own tests: small tensors are computed by shaders as well.
import { env } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-webgl';
import '../../src/tfjs/gpu/index.ts';

env().set('WEBGL_CPU_FORWARD', false);
env().set('WEBGL_SIZE_UPLOAD_UNIFORM', 0);
