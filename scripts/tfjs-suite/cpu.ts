// The cpu backend, mended.
import '@tensorflow/tfjs-backend-cpu';
import '../../src/tfjs/cpu/index.ts';
