// tfjs-node as its users import it, with what backproof/native mends.
import '../../src/backends/nativeEnvironment.ts';
import * as tf from '@tensorflow/tfjs-node/dist/index.js';
import { mendNativeKernels } from '../../src/backends/nativeFixes.ts';

mendNativeKernels(tf);
