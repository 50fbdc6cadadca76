import type { ImageRow } from '../../shared/images.ts';
import { read, thumbnailUrl, type Api } from '../api.ts';
import { latest } from '../state/latest.ts';

/** Rows and pictures kept; beyond it the oldest go. */
const KEEP_AT_MOST = 2_000;
/** As many rows as one call gives. */
const CALL_AT_MOST = 400;

/** Rows and thumbnails of the few images that the map shows as pictures, asked for when they come into view. */
export class PictureCache {
  readonly #rows = new Map<number, ImageRow>();
  readonly #pictures = new Map<string, HTMLImageElement>();
  readonly #load: (ids: readonly number[]) => Promise<void>;
  readonly #onArrival: () => void;

  /** @param onArrival told when rows or a picture have come, so that what shows them is drawn anew */
  constructor(api: Api, onArrival: () => void, onFailure: (error: unknown) => void) {
    this.#onArrival = onArrival;
    const fetchRows = latest(async (signal, imageIds: readonly number[]) =>
      read(api.images.rows.$post({ json: { imageIds: [...imageIds] } }, { init: { signal } })),
    );
    this.#load = async (ids) => {
      try {
        const answer = await fetchRows(ids);
        for (const row of answer?.rows ?? []) this.#rows.set(row.imageId, row);
        forgetOldest(this.#rows);
        this.#onArrival();
      } catch (error) {
        onFailure(error);
      }
    };
  }

  row(imageId: number): ImageRow | undefined {
    return this.#rows.get(imageId);
  }

  /** Asks for the rows that are not here yet. */
  want(imageIds: readonly number[]): void {
    const missing = imageIds.filter((imageId) => !this.#rows.has(imageId));
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
