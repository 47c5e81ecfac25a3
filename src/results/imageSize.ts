/** Width and height of every image. */
export const IMAGE_SIDE = 16;
export const IMAGE_PIXELS = IMAGE_SIDE * IMAGE_SIDE;
