import type { DecodedImage } from './decodeImage.ts';
import type { Thumbnail } from './ingestResult.ts';
import { sharp } from './safeSharp.ts';
import { THUMBNAIL_SIDE } from './thumbnail.ts';

/** JPEG at this quality costs a third of WebP and looks the same at this size. */
const JPEG_QUALITY = 80;

/** A picture brought down to thumbnail size, as pixels. */
export interface SmallPicture {
  /** `[height, width, 3]` uint8. */
  readonly rgb: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Brings the longer side down to `THUMBNAIL_SIDE`; a picture that is no larger is given back as it is. */
export async function shrinkPicture({ rgb, width, height }: DecodedImage): Promise<SmallPicture> {
  if (Math.max(width, height) <= THUMBNAIL_SIDE) return { rgb, width, height };
  const { data, info } = await sharp(rgb, { raw: { width, height, channels: 3 } })
    .resize({ width: THUMBNAIL_SIDE, height: THUMBNAIL_SIDE, fit: 'inside' })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { rgb: data, width: info.width, height: info.height };
}

/** The thumbnail to store, or null when a gallery can show the original bytes instead. */
export async function makeThumbnail(image: DecodedImage, small: SmallPicture): Promise<Thumbnail | null> {
  const { width, height } = small;
  if (image.isWebSafe && Math.max(image.width, image.height) <= THUMBNAIL_SIDE) return null;
  const jpeg = await sharp(small.rgb, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: JPEG_QUALITY })
    .toBuffer();
  return { jpeg, width, height };
}
