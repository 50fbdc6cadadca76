import { readFile } from 'node:fs/promises';
import { serveWorker } from '../workers/serveWorker.ts';
import { decodeImage } from './decodeImage.ts';
import { RefusedFile } from './refusedFile.ts';
import { FoveaError } from '../../../shared/errors.ts';
import { sharp } from './safeSharp.ts';

// Pictures for people to look at, made in a process that may be killed: originals come from anywhere.

export interface PictureRequest {
  readonly file: string;
  /** The longer side is brought down to this; null keeps the size. */
  readonly maxSide: number | null;
  readonly type: 'jpeg' | 'png';
}

/** A picture without any metadata of the original. */
export interface Picture {
  readonly bytes: Uint8Array;
  readonly width: number;
  readonly height: number;
}

serveWorker({
  make: async ({ file, maxSide, type }: PictureRequest): Promise<Picture> => {
    const decoded = await decode(file);
    const raw = { width: decoded.width, height: decoded.height, channels: 3 as const };
    let pipeline = sharp(decoded.rgb, { raw });
    if (maxSide !== null && Math.max(raw.width, raw.height) > maxSide) {
      pipeline = pipeline.resize({
        width: maxSide,
        height: maxSide,
        fit: 'inside',
        withoutEnlargement: true,
      });
    }
    pipeline = type === 'jpeg' ? pipeline.jpeg({ quality: 80 }) : pipeline.png({ compressionLevel: 6 });
    const { data, info } = await pipeline.toBuffer({ resolveWithObject: true });
    return { bytes: data, width: info.width, height: info.height };
  },
  /** Decoded pixels, for what must be exactly what the network sees. */
  pixels: async ({ file }: { file: string }) => {
    const { rgb, width, height } = await decode(file);
    return { rgb, width, height };
  },
});

async function decode(file: string) {
  try {
    return await decodeImage(await readFile(file));
  } catch (error) {
    if (error instanceof RefusedFile) throw new FoveaError('unreadable', error.message, { subject: file });
    throw error;
  }
}
