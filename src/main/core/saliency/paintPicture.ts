import type { SaliencyMethod } from '../../../shared/saliency.ts';
import { sharp } from '../images/safeSharp.ts';
import type { SaliencyMap } from './explainer.ts';
import { paintMap, scaleMap } from './paintMap.ts';

export interface PaintOptions {
  readonly method: SaliencyMethod;
  /** The longer side of what is painted. */
  readonly maxSide: number;
  /** `overlay`: PNG, clear where nothing counts. `blend`: JPEG, laid over the picture. */
  readonly form: 'overlay' | 'blend';
}

/** A decoded picture, `rgb` `[height, width, 3]`. */
interface Picture {
  readonly rgb: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Of the overlay in a blend. */
const BLEND_OPACITY = 0.6;

/** A map as a picture of its own, or laid over the picture that it is of. */
export async function paintPicture(
  picture: Picture,
  map: SaliencyMap,
  { method, maxSide, form }: PaintOptions,
): Promise<Uint8Array> {
  const { width, height } = fit(picture, maxSide);
  const rgba = paintMap(scaleMap(map, method), map, height, width);
  const raw = { width, height, channels: 4 as const };
  if (form === 'overlay') return sharp(rgba, { raw }).png({ compressionLevel: 6 }).toBuffer();
  for (let i = 3; i < rgba.length; i += 4) rgba[i] = Math.round(rgba[i]! * BLEND_OPACITY);
  const overlay = await sharp(rgba, { raw }).png().toBuffer();
  const shrunk = await shrink(picture, maxSide).png().toBuffer();
  return sharp(shrunk)
    .composite([{ input: overlay }])
    .jpeg({ quality: 80 })
    .toBuffer();
}

/** The bare picture as JPEG. */
export function paintBare(picture: Picture, maxSide: number): Promise<Uint8Array> {
  return shrink(picture, maxSide).jpeg({ quality: 80 }).toBuffer();
}

function shrink(picture: Picture, maxSide: number) {
  const raw = { width: picture.width, height: picture.height, channels: 3 as const };
  const { width, height } = fit(picture, maxSide);
  return sharp(picture.rgb, { raw }).resize(width, height, { fit: 'fill' });
}

function fit({ width, height }: Picture, maxSide: number): { width: number; height: number } {
  const scale = Math.min(1, maxSide / Math.max(width, height));
  return {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  };
}
