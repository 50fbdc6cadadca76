import { readFile } from 'node:fs/promises';
import { resizeBilinear } from '../../../shared/resize.ts';
import { decodeImage } from '../images/decodeImage.ts';
import { sharp } from '../images/safeSharp.ts';

/** Larger pictures travel at the network's size: the page then has nothing left to resize. */
const MAX_SIDE = 1024;

/**
 * A picture that gives a browser the very pixels that the studio saw: PNG of the decoded pixels, without any
 * metadata. Run it in a worker process. Throws RefusedFile or a file error.
 */
export async function drawParityPicture(file: string, side: number): Promise<Uint8Array> {
  const { rgb, width, height } = await decodeImage(await readFile(file));
  if (Math.max(width, height) <= MAX_SIDE) return await encodePng(rgb, width, height);
  return await encodePng(resizeBilinear(rgb, width, height, side, side), side, side);
}

async function encodePng(rgb: Uint8Array, width: number, height: number): Promise<Uint8Array> {
  return await sharp(rgb, { raw: { width, height, channels: 3 } })
    .png({ compressionLevel: 9 })
    .toBuffer();
}
