// tfjs-node as its users import it, with the corrections of backproof/native.
import '../../src/tfjs/native/environment.ts';
import * as tf from '@tensorflow/tfjs-node/dist/index.js';
import { mendNativeKernels } from '../../src/tfjs/native/kernels.ts';

mendNativeKernels(tf);
