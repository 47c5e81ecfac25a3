// tfjs-node as its users import it, with what backproof/native mends.
import '../../src/tfjs/native/environment.ts';
import * as tf from '@tensorflow/tfjs-node/dist/index.js';
import { mendNativeKernels } from '../../src/tfjs/native/kernels.ts';

mendNativeKernels(tf);
