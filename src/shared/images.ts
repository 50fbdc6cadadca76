/** Formats that the studio decodes, judged by content. */
export const IMAGE_FORMATS = ['jpeg', 'png', 'webp', 'tiff', 'bmp', 'gif'] as const;
export type ImageFormat = (typeof IMAGE_FORMATS)[number];

/** Facts about a picture that a person should know before trusting it. */
export const IMAGE_FLAGS = [
  /** More than one page or frame; only the first is used. */
  'multi_page',
  /** Stored values span so little of their range that the picture is nearly uniform. */
  'low_contrast',
  /** 16-bit or float values were windowed to 8 bit. */
  'windowed',
  /** The decoder complained but the picture could be read. */
  'damaged',
  /** Transparent parts were laid on white. */
  'flattened',
  /** The same content is filed under more than one class. */
  'conflict',
  /** At least four fifths are white or empty. */
  'background',
  /** At least half is as bright as a picture can be. */
  'overexposed',
  /** At least half is as dark as a picture can be. */
  'underexposed',
] as const;
export type ImageFlag = (typeof IMAGE_FLAGS)[number];

/** Why a file below an imported folder did not become an image. */
export const REJECTION_CODES = [
  'not_an_image',
  'unsupported_format',
  'damaged',
  'empty_file',
  'too_large',
  'timed_out',
  'decoder_crashed',
  'unreadable_file',
  'unreadable_name',
  'not_a_regular_file',
] as const;
export type RejectionCode = (typeof REJECTION_CODES)[number];

export interface Rejection {
  /** Path relative to the imported folder, with forward slashes. */
  readonly path: string;
  readonly code: RejectionCode;
  /** One sentence for a person. */
  readonly reason: string;
}

export type SplitPart = 'train' | 'validation' | 'test';

/** One image (one content) as lists and the gallery need it. */
export interface ImageRow {
  readonly imageId: number;
  /** Path relative to its root, forward slashes, of the first file that holds this content. */
  readonly path: string;
  readonly rootId: number;
  readonly sha256: string;
  readonly width: number;
  readonly height: number;
  readonly format: ImageFormat;
  readonly pages: number;
  readonly bytes: number;
  readonly flags: readonly ImageFlag[];
  readonly group: string | null;
  readonly classId: number | null;
  readonly part: SplitPart | null;
  /** What the model in use says, when it has been asked. */
  readonly prediction: { readonly classId: number; readonly confidence: number } | null;
  /** How many other files hold the same content. */
  readonly duplicates: number;
  /** Names of its tags. */
  readonly tags: readonly string[];
  /** A person keeps it out of training. */
  readonly isExcluded: boolean;
}

/** An image and how alike its features are to another's: the cosine, −1 … 1. */
export interface SimilarImage {
  readonly imageId: number;
  readonly similarity: number;
}

/** What was measured of an image at its import (docs of each number: core/images/measureQuality.ts), and its dates. */
export interface ImageQuality {
  readonly sharpness: number;
  readonly brightness: number;
  readonly contrast: number;
  readonly saturation: number;
  /** null of an image that came in before these were measured. */
  readonly background: number | null;
  readonly tissue: number | null;
  readonly overexposed: number | null;
  readonly underexposed: number | null;
  /** Milliseconds since 1970: when it came into the library, and when its newest file was last changed. */
  readonly addedAt: number;
  readonly modifiedAt: number | null;
}

/** What one model says of an image. */
export interface ModelPrediction {
  readonly modelId: string;
  /** null of the head that learns while a person labels. */
  readonly name: string | null;
  readonly classId: number;
  readonly confidence: number;
}

export interface TagRow {
  readonly tagId: number;
  readonly name: string;
  readonly imageCount: number;
}

/** The free note of an image. */
export interface ImageNote {
  readonly note: string;
  /** Who wrote it last. */
  readonly reader: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** A filter that a person keeps under a name. */
export interface SavedFilter {
  readonly filterId: number;
  readonly name: string;
  /** As it stands in an address. */
  readonly query: Readonly<Record<string, string>>;
}

/** Result of an import, also the `--json` answer of `fovea import`. */
export interface ImportSummary {
  readonly libraryPath: string;
  readonly rootId: number;
  /** Regular files below the folder: imported + duplicates + rejected, whatever was there before. */
  readonly found: number;
  readonly imported: number;
  readonly duplicates: number;
  readonly rejected: readonly Rejection[];
  /** Contents filed under more than one class. */
  readonly conflicts: number;
  readonly conflictPaths: readonly (readonly string[])[];
  /** Operating-system litter that was passed over. */
  readonly ignored: number;
  /** Of `imported`, how many are new with this import. */
  readonly added: number;
  readonly changed: readonly string[];
  readonly missing: readonly string[];
  readonly labelled: number;
  readonly groups: number;
  readonly seconds: number;
  readonly imagesPerSecond: number;
  /** Sentences a person should read: folded class names, rows of a CSV that fit no file, no backbone. */
  readonly warnings: readonly string[];
}
