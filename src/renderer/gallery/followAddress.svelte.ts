import type { Libraries } from '../library/libraries.svelte.ts';
import type { Gallery } from './gallery.svelte.ts';

/** Reads the view that the address asks for, as often as it asks for another. Called by what shows that view. */
export function followAddress(gallery: Gallery, libraries: Libraries): void {
  $effect(() => {
    void [gallery.filter, gallery.sort, gallery.direction, gallery.arrangement];
    if (libraries.open !== null) void gallery.load();
  });
}
