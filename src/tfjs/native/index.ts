/**
 * `backproof/native`: import it in place of, or before, @tensorflow/tfjs-node, whose addon `backproof setup-native`
 * builds. It loads tfjs-node with what this needs on a new Node and a new TensorFlow: oneDNN off and the log quiet
 * (TF_ENABLE_ONEDNN_OPTS and TF_CPP_MIN_LOG_LEVEL, where they are not set), the functions of `util` that Node 23
 * dropped, and the kernels Round (int32) and Concat (scalars).
 */
import './environment.ts';
import * as tf from '@tensorflow/tfjs-node';
import { fixNativeKernels } from './kernels.ts';

fixNativeKernels(tf);
