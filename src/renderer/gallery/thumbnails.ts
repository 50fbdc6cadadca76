import { SvelteMap } from 'svelte/reactivity';
import { largeThumbnailUrl, thumbnailUrl } from '../api.ts';

/** Loads at once; browsers open six connections to one host. */
const LOADS = 6;
/** Decoded pictures kept, in bytes of their pixels; those that were wanted longest ago go first. */
const KEEP_BYTES = 96 * 2 ** 20;
/** Sides to which pictures are decoded. */
const SIDES = [64, 128, 256, 512] as const;
/** Stored thumbnails are no larger; above it the large picture is asked for. */
const STORED = 256;

/** A picture that the window needs. */
export interface WantedPicture {
  readonly sha256: string;
  readonly width: number;
  readonly height: number;
}

interface Kept {
  /** null for a picture that could not be had. */
  readonly bitmap: ImageBitmap | null;
  readonly side: number;
}

/**
 * Thumbnails of the images in the window, decoded outside of the page's thread to about the size at which they are
 * drawn. Loads that the window has left are aborted; arrivals are told once a frame.
 */
export class Thumbnails {
  readonly #kept = new SvelteMap<string, Kept>();
  readonly #loads = new Map<string, AbortController>();
  #queue: WantedPicture[] = [];
  #side: number = SIDES[0];
  #arrived: [string, Kept][] = [];

  /** The picture, null where there is none to be had, undefined while it is not here. */
  find(sha256: string): ImageBitmap | null | undefined {
    return this.#kept.get(sha256)?.bitmap;
  }

  /** Wants exactly these. @param pixels side at which they are drawn, in device pixels */
  want(pictures: readonly WantedPicture[], pixels: number): void {
    this.#side = SIDES.find((side) => side >= pixels) ?? SIDES.at(-1)!;
    const wanted = new Set(pictures.map(({ sha256 }) => sha256));
    for (const [sha256, load] of this.#loads) {
      if (wanted.has(sha256)) continue;
      load.abort();
      this.#loads.delete(sha256);
    }
    this.#queue = pictures.filter(({ sha256 }) => {
      const kept = this.#kept.get(sha256);
      return !this.#loads.has(sha256) && (kept === undefined || kept.side < this.#side);
    });
    this.#forgetOldest(wanted);
    this.#next();
  }

  /** Lets go of everything. */
  clear(): void {
    this.want([], 0);
    for (const { bitmap } of this.#kept.values()) bitmap?.close();
    this.#kept.clear();
  }

  #next(): void {
    while (this.#loads.size < LOADS) {
      const picture = this.#queue.shift();
      if (picture === undefined) return;
      const load = new AbortController();
      this.#loads.set(picture.sha256, load);
      void this.#load(picture, load).finally(() => {
        if (this.#loads.get(picture.sha256) === load) this.#loads.delete(picture.sha256);
        this.#next();
      });
    }
  }

  async #load({ sha256, width, height }: WantedPicture, load: AbortController): Promise<void> {
    const side = this.#side;
    const size = width >= height ? { resizeWidth: side } : { resizeHeight: side };
    try {
      const longer = Math.max(width, height);
      const isSoft = side > STORED && longer > STORED;
      let answer = await fetch(isSoft ? largeThumbnailUrl(sha256) : thumbnailUrl(sha256), {
        signal: load.signal,
      });
      // While the original is away, what is stored is better than nothing.
      if (isSoft && !answer.ok) answer = await fetch(thumbnailUrl(sha256), { signal: load.signal });
      const isSmaller = longer <= side;
      const bitmap = answer.ok
        ? await createImageBitmap(await answer.blob(), isSmaller ? {} : { ...size, resizeQuality: 'medium' })
        : null;
      this.#arrive(sha256, { bitmap, side });
    } catch {
      // Aborted, or the core is away: wanted again, it is asked for again. A file that is no picture stays without.
      if (!load.signal.aborted) this.#arrive(sha256, { bitmap: null, side });
    }
  }

  #arrive(sha256: string, kept: Kept): void {
    if (this.#arrived.length === 0) requestAnimationFrame(() => this.#tell());
    this.#arrived.push([sha256, kept]);
  }

  #tell(): void {
    for (const [sha256, kept] of this.#arrived) {
      this.#kept.get(sha256)?.bitmap?.close();
      this.#kept.set(sha256, kept);
    }
    this.#arrived = [];
  }

  #forgetOldest(wanted: ReadonlySet<string>): void {
    let bytes = 0;
    for (const { bitmap } of this.#kept.values())
      bytes += bitmap === null ? 0 : 4 * bitmap.width * bitmap.height;
    for (const [sha256, { bitmap }] of this.#kept) {
      if (bytes <= KEEP_BYTES) return;
      if (wanted.has(sha256)) continue;
      bytes -= bitmap === null ? 0 : 4 * bitmap.width * bitmap.height;
      this.#kept.delete(sha256);
      bitmap?.close();
    }
  }
}
