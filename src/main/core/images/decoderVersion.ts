/**
 * Names how pixels are made from a file (decoding, colour, resizing); part of every feature key. Raised
 * whenever the same file may give other pixels. In a file of its own so that the core can name features
 * without loading a decoder.
 */
export const DECODER_VERSION = 'd1';
