// The corrected webgpu backend.
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-webgpu';
import '../../src/tfjs/gpu/index.ts';
