// The cpu backend, mended.
import '@tensorflow/tfjs-backend-cpu';
import '../../src/backends/cpuFixes/index.ts';
