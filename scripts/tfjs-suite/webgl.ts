// The corrected webgl backend.
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-webgl';
import '../../src/tfjs/gpu/index.ts';
