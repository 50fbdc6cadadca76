/** Longer side of a thumbnail in pixels; a web-safe original that is no larger is its own thumbnail. */
export const THUMBNAIL_SIDE = 256;
