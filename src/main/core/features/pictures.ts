import { FoveaError } from '../../../shared/errors.ts';
import { DECODER_VERSION } from '../images/decoderVersion.ts';
import type { FeatureExtractor, GraphSpec } from './extractor.ts';
import type { PreparedGraph } from './prepareGraph.ts';

/** Bytes of a picture, RGB. */
export const pictureBytes = (side: number): number => side * side * 3;

/** A set that a recipe put together, so that nothing else chooses it. */
export const pictureKey = (side: number): string => `set-pictures-${side}-${DECODER_VERSION}`;

/**
 * Decoded pictures of one side in the place of features, for networks that are trained from their pixels: read, decoded,
 * checked and kept as features are. Four bytes stand where a float would; nothing computes with them as floats.
 */
export function preparePictures(side: number): PreparedGraph {
  const dims = pictureBytes(side) / Float32Array.BYTES_PER_ELEMENT;
  return { graphPath: '', side, dims, featureKey: pictureKey(side), networkFolder: '', isPicture: true };
}

/** Gives each picture back as it is. */
export function openPictures({ side, dims }: GraphSpec): FeatureExtractor {
  return {
    ...{ side, dims },
    extract(pixels, count) {
      const bytes = pixels.slice(0, count * pictureBytes(side));
      if (bytes.length !== count * pictureBytes(side)) {
        throw new FoveaError('invalid', 'The pixels do not match the number of images.');
      }
      return Promise.resolve(new Float32Array(bytes.buffer));
    },
    close: () => Promise.resolve(),
  };
}

/** The pixels in rows that `openPictures` made. */
export function readPictures(rows: Float32Array): Uint8Array {
  return new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength);
}
