/** A decoded picture: uint8 RGB `[height, width, 3]`. */
export interface Rgb {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Above this many pixels a browser's canvas may fail without saying so. */
const MAX_PIXELS = 120_000_000;
const THUMBNAIL_SIDE = 240;

/** A sentence for the person whose picture cannot be used. */
export class UnreadablePicture extends Error {}

/**
 * Decodes as the studio does: orientation from EXIF applied, colours as sRGB, transparent parts on white.
 * Throws UnreadablePicture with a sentence when the browser cannot read it.
 */
export async function decodePicture(picture: Blob): Promise<ImageBitmap> {
  if (await isTiff(picture)) {
    throw new UnreadablePicture('A browser cannot read TIFF. Use Fovea Studio, or save it as PNG.');
  }
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(picture, {
      imageOrientation: 'from-image',
      colorSpaceConversion: 'default',
      premultiplyAlpha: 'default',
    });
  } catch {
    throw new UnreadablePicture('This is not a picture that the browser can read, or it is damaged.');
  }
  if (bitmap.width * bitmap.height > MAX_PIXELS) {
    bitmap.close();
    throw new UnreadablePicture('This picture has too many pixels for a browser.');
  }
  return bitmap;
}

/** The pixels of a decoded picture on white, uint8 RGB. */
export function readPixels(bitmap: ImageBitmap): Rgb {
  const { width, height } = bitmap;
  const context = drawOnWhite(bitmap, width, height).getContext('2d');
  const rgba = context?.getImageData(0, 0, width, height).data;
  if (rgba === undefined) throw new UnreadablePicture('The browser gave no pixels for this picture.');
  const data = new Uint8Array(width * height * 3);
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3) {
    data[to] = rgba[from]!;
    data[to + 1] = rgba[from + 1]!;
    data[to + 2] = rgba[from + 2]!;
  }
  return { data, width, height };
}

/** A small JPEG of a decoded picture, so that a page of thousands does not hold thousands of photographs. */
export async function drawThumbnail(bitmap: ImageBitmap): Promise<Blob> {
  const scale = Math.min(1, THUMBNAIL_SIDE / Math.max(bitmap.width, bitmap.height));
  const width = Math.max(1, Math.round(bitmap.width * scale));
  const height = Math.max(1, Math.round(bitmap.height * scale));
  return await drawOnWhite(bitmap, width, height).convertToBlob({ type: 'image/jpeg', quality: 0.85 });
}

function drawOnWhite(bitmap: ImageBitmap, width: number, height: number): OffscreenCanvas {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) throw new UnreadablePicture('The browser has no canvas to read pictures with.');
  context.fillStyle = '#fff';
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, width, height);
  return canvas;
}

async function isTiff(picture: Blob): Promise<boolean> {
  const [a, b, c, d] = new Uint8Array(await picture.slice(0, 4).arrayBuffer());
  const littleEndian = a === 0x49 && b === 0x49 && (c === 42 || c === 43) && d === 0;
  const bigEndian = a === 0x4d && b === 0x4d && c === 0 && (d === 42 || d === 43);
  return littleEndian || bigEndian;
}
