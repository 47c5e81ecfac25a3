/**
 * `backproof/native`: import it in place of, or before, @tensorflow/tfjs-node, whose addon `backproof setup-native`
 * builds. It loads tfjs-node with the changes that a recent Node and a recent TensorFlow need: oneDNN off and a quiet
 * log (TF_ENABLE_ONEDNN_OPTS and TF_CPP_MIN_LOG_LEVEL, if they are not set), the functions of `util` that Node 23
 * dropped, and corrected kernels such as Round (int32) and Concat (scalars).
 */
import './environment.ts';
import * as tf from '@tensorflow/tfjs-node';
import { fixNativeKernels } from './kernels.ts';

fixNativeKernels(tf);
