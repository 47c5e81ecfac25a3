/** Stands in for @tensorflow/tfjs-backend-webgl: its names are there, its backend is not. */
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
