// Prepares the process. Import this before tfjs-node or its addon is loaded.
import { restoreNodeUtil } from './nodeUtil.ts';

// oneDNN makes the ops of small models two to six times slower; for large models set it to 1.
process.env.TF_ENABLE_ONEDNN_OPTS ??= '0';
// Only warnings and errors: TensorFlow's startup messages would bury our own output.
process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
restoreNodeUtil();
