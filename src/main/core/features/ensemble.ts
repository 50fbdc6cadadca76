import { FoveaError } from '../../../shared/errors.ts';
import { resizeBilinear } from '../../../shared/resize.ts';
import { openPictures } from './pictures.ts';
import { openExtractor, type FeatureExtractor, type GraphSpec } from './extractor.ts';
import { makeView } from './views.ts';

/**
 * Loads one network, or several with views: a row then is, view by view, the features of every network side by side.
 * Networks of a smaller side see the picture that was made for the largest, made smaller. Throws as `openExtractor`.
 */
export async function openEnsemble(spec: GraphSpec): Promise<FeatureExtractor> {
  if (spec.isPicture === true) return openPictures(spec);
  if (spec.ensemble === undefined) return openExtractor(spec);
  const { parts, views, colour } = spec.ensemble;
  const networks = await Promise.all(parts.map(openExtractor));
  const imageBytes = spec.side * spec.side * 3;

  /** `[views, side, side, 3]` of one picture, for a network of this side. */
  const drawViews = (picture: Uint8Array, side: number): Uint8Array => {
    const own = side === spec.side ? picture : resizeBilinear(picture, spec.side, spec.side, side, side);
    const drawn = new Uint8Array(views * side * side * 3);
    for (let view = 0; view < views; view++) {
      drawn.set(makeView(own as Uint8Array, side, view, colour), view * side * side * 3);
    }
    return drawn;
  };

  const describe = async (picture: Uint8Array, row: Float32Array): Promise<void> => {
    const inputs = spec.dims / views;
    let first = 0;
    for (const network of networks) {
      const features = await network.extract(drawViews(picture, network.side), views);
      for (let view = 0; view < views; view++) {
        const own = features.subarray(view * network.dims, (view + 1) * network.dims);
        row.set(own, view * inputs + first);
      }
      first += network.dims;
    }
  };

  return {
    side: spec.side,
    dims: spec.dims,
    async extract(pixels, count) {
      if (!Number.isInteger(count) || count < 1 || pixels.length < count * imageBytes) {
        throw new FoveaError('invalid', 'The pixels do not match the number of images.');
      }
      const rows = new Float32Array(count * spec.dims);
      for (let image = 0; image < count; image++) {
        const picture = pixels.subarray(image * imageBytes, (image + 1) * imageBytes);
        await describe(picture, rows.subarray(image * spec.dims, (image + 1) * spec.dims));
      }
      return rows;
    },
    async close() {
      for (const network of networks) await network.close();
    },
  };
}
