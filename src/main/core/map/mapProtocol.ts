import type { BatchEffect, MapFigures, MapParams } from '../../../shared/map.ts';
import type { ViewedLibrary } from '../library/libraryView.ts';

export interface MakeMapInput {
  readonly view: ViewedLibrary;
  readonly params: MapParams;
  /** Where the finished map is written to. */
  readonly file: string;
}

/** What is told on the way. */
export type MapNote =
  | {
      readonly kind: 'progress';
      readonly phase: string;
      readonly done: number;
      readonly total: number | null;
    }
  | { readonly kind: 'images'; readonly imageIds: Uint32Array }
  | { readonly kind: 'layout'; readonly iteration: number; readonly positions: Float32Array };

export interface MadeMap {
  readonly featureKey: string;
  readonly images: number;
  readonly lastRow: number;
  readonly figures: MapFigures;
  readonly effects: readonly BatchEffect[];
  /** Its iterations before this run, when it went on from where another was ended. */
  readonly resumedAt: number;
}

export interface PlaceInput {
  readonly view: ViewedLibrary;
  readonly featureKey: string;
  /** The map as it is, and where it is written to with the placed images. */
  readonly from: string;
  readonly to: string;
}

export interface Placed {
  /** Images that were added. */
  readonly added: number;
  readonly images: number;
  readonly lastRow: number;
}
