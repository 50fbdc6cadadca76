import path from 'node:path';
import { openFeatureStore } from '../features/featureStore.ts';
import { readPictures } from '../features/pictures.ts';
import { requireFinite } from './readFeatures.ts';

/** Inputs of a network, a batch at a time: all of them together may not fit into memory. */
export interface RowSource {
  /** Input numbers of the images at these places, one image after the other. */
  read(places: Uint32Array): Promise<Float32Array>;
  close(): Promise<void>;
}

export interface RowFile {
  /** A library's `features/<key>.f32`. */
  readonly file: string;
  readonly dims: number;
  /** `[n]` row of the file per image. */
  readonly rows: Uint32Array;
}

/** What a frozen part of a network says of the images. Throws `corrupt` at values that are not numbers. */
export async function openMaps(maps: RowFile): Promise<RowSource> {
  return open(maps, (values) => {
    requireFinite(values, maps.dims, maps.file);
    return values;
  });
}

/** Decoded pictures, scaled to −1…1. */
export async function openPixels(pictures: RowFile): Promise<RowSource> {
  return open(pictures, (rows) => scalePixels(readPictures(rows)));
}

/** `x / 127.5 − 1` of each byte. */
export function scalePixels(pixels: Uint8Array): Float32Array {
  const scaled = new Float32Array(pixels.length);
  for (let i = 0; i < pixels.length; i++) scaled[i] = pixels[i]! / 127.5 - 1;
  return scaled;
}

async function open(
  { file, dims, rows }: RowFile,
  convert: (values: Float32Array) => Float32Array,
): Promise<RowSource> {
  const libraryFolder = path.dirname(path.dirname(file));
  const store = await openFeatureStore(libraryFolder, path.basename(file, '.f32'), dims);
  return {
    read: async (places) => convert(await store.readRows(Uint32Array.from(places, (at) => rows[at]!))),
    close: () => store.close(),
  };
}
