// Import this before tfjs-node or its addon is loaded: it prepares the process.
import { restoreNodeUtil } from './nodeUtil.ts';

// oneDNN makes ops of small models two to six times slower; for large ones set it to 1.
process.env.TF_ENABLE_ONEDNN_OPTS ??= '0';
// Only warnings and errors: TensorFlow's greetings would bury our own lines.
process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
restoreNodeUtil();
