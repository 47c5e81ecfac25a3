// The cpu backend, fixed.
import '@tensorflow/tfjs-backend-cpu';
import '../../src/tfjs/cpu/index.ts';
