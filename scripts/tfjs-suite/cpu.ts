// The corrected cpu backend.
import '@tensorflow/tfjs-backend-cpu';
import '../../src/tfjs/cpu/index.ts';
