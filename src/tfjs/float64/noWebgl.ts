/** Replaces @tensorflow/tfjs-backend-webgl: exports its names, without the backend. */
const absent = undefined;

export {
  absent as forceHalfFloat,
  absent as GPGPUContext,
  absent as gpgpu_util,
  absent as MathBackendWebGL,
  absent as setWebGLContext,
  absent as version_webgl,
  absent as webgl,
  absent as webgl_util,
};
