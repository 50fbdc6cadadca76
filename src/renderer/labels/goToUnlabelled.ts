import { readBytes } from '../api.ts';
import type { Studio } from '../state/studio.svelte.ts';
import { IdSet } from '../state/idSet.ts';

/** Moves the focus to the next image of the view without a label, past the end from its beginning. */
export async function goToUnlabelled({ api, gallery, notices }: Studio): Promise<void> {
  const { selection, rows, ids } = gallery;
  const from = selection.focusIndex + 1;
  // Rows that are here already answer at once; beyond them the core is asked.
  for (let place = from; place < ids.length; place += 1) {
    const row = rows.row(ids[place]!);
    if (row === undefined) break;
    if (row.classId === null) {
      gallery.show(place);
      return;
    }
  }
  try {
    const query = { ...gallery.filter, unlabelled: '1' as const };
    const bytes = await readBytes(api.images.ids.$get({ query: query as never }));
    const unlabelled = IdSet.of(new Uint32Array(bytes));
    const isOpen = (imageId: number): boolean => unlabelled.has(imageId);
    const later = ids.findIndex((imageId, place) => place >= from && isOpen(imageId));
    const place = later >= 0 ? later : ids.findIndex(isOpen);
    if (place < 0) notices.tell('Every image of this view has a label');
    else gallery.show(place);
  } catch (error) {
    notices.report(error, 'Looking for the next unlabelled image');
  }
}
