// tfjs-node as its users import it, with the corrections of backproof/native.
import '../../src/tfjs/native/environment.ts';
import * as tf from '@tensorflow/tfjs-node/dist/index.js';
import { fixNativeKernels } from '../../src/tfjs/native/kernels.ts';

fixNativeKernels(tf);
