import type { ImageFlag, ImageFormat, RejectionCode } from '../../../shared/images.ts';
import type { Quality } from './measureQuality.ts';

interface IngestedFile {
  /** Relative to the imported folder, forward slashes. */
  readonly path: string;
  readonly bytes: number;
  readonly modifiedMs: number;
}

/** A small JPEG (longer side at most 256 pixels) of a picture that a gallery cannot show by its own bytes. */
export interface Thumbnail {
  readonly jpeg: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** A file that is a picture, with all that one pass over it gives. */
export interface IngestedImage extends IngestedFile {
  readonly outcome: 'image';
  /** SHA-256 of the file, lower-case hexadecimal. */
  readonly sha256: string;
  readonly width: number;
  readonly height: number;
  readonly format: ImageFormat;
  readonly pages: number;
  readonly flags: readonly ImageFlag[];
  readonly quality: Quality;
  /** See `hashPicture`. */
  readonly perceptualHash: Uint8Array;
  /** null when the original bytes serve, or only features were asked for. */
  readonly thumbnail: Thumbnail | null;
  /** `[dims]` float32; null when no network was given. */
  readonly features: Float32Array | null;
}

/** A file whose content the caller said it has already; it was read, not decoded. */
export interface KnownContent extends IngestedFile {
  readonly outcome: 'known';
  readonly sha256: string;
}

export interface RejectedFile extends IngestedFile {
  readonly outcome: 'rejected';
  readonly code: RejectionCode;
  /** One sentence for a person. */
  readonly reason: string;
}

export type IngestResult = IngestedImage | KnownContent | RejectedFile;
