import type { ImageRow } from '../../shared/images.ts';
import { read, thumbnailUrl, type Api } from '../api.ts';

/** Rows and pictures kept; beyond it the oldest go. */
const KEEP_AT_MOST = 2_000;
/** As many rows as one call gives. */
const CALL_AT_MOST = 400;

/** Rows and thumbnails of the few images that the map shows as pictures, asked for when they come into view. */
export class PictureCache {
  readonly #rows = new Map<number, ImageRow>();
  /** On their way; asked for once, however often they are wanted meanwhile. */
  readonly #asked = new Set<number>();
  readonly #pictures = new Map<string, HTMLImageElement>();
  readonly #load: (ids: readonly number[]) => Promise<void>;
  readonly #onArrival: () => void;

  /** @param onArrival told when rows or a picture have come, so that what shows them is drawn anew */
  constructor(api: Api, onArrival: () => void, onFailure: (error: unknown) => void) {
    this.#onArrival = onArrival;
    this.#load = async (ids) => {
      for (const imageId of ids) this.#asked.add(imageId);
      try {
        const { rows } = await read(api.images.rows.$post({ json: { imageIds: [...ids] } }));
        for (const row of rows) this.#rows.set(row.imageId, row);
        forgetOldest(this.#rows);
        this.#onArrival();
      } catch (error) {
        onFailure(error);
      }
      for (const imageId of ids) this.#asked.delete(imageId);
    };
  }

  row(imageId: number): ImageRow | undefined {
    return this.#rows.get(imageId);
  }

  /** Asks for the rows that are not here yet. */
  want(imageIds: readonly number[]): void {
    const missing = imageIds.filter((imageId) => !this.#rows.has(imageId) && !this.#asked.has(imageId));
    if (missing.length > 0) void this.#load(missing.slice(0, CALL_AT_MOST));
  }

  /** Labels and predictions may have changed. */
  forgetRows(): void {
    this.#rows.clear();
    this.#onArrival();
  }

  /** The thumbnail, when it is here and can be drawn; asks for it otherwise. */
  picture(imageId: number): HTMLImageElement | null {
    const row = this.#rows.get(imageId);
    if (row === undefined) return null;
    const known = this.#pictures.get(row.sha256);
    if (known !== undefined) return known.complete && known.naturalWidth > 0 ? known : null;
    const picture = new Image();
    picture.decoding = 'async';
    picture.onload = this.#onArrival;
    picture.src = thumbnailUrl(row.sha256);
    this.#pictures.set(row.sha256, picture);
    forgetOldest(this.#pictures);
    return null;
  }
}

function forgetOldest<Key, Value>(map: Map<Key, Value>): void {
  for (const key of map.keys()) {
    if (map.size <= KEEP_AT_MOST) return;
    map.delete(key);
  }
}
