import type { ArrangedView, Arrangement, FacetCounts } from '../../../shared/views.ts';
import type { Library } from '../library/library.ts';
import { openLibraryView, type ViewedLibrary } from '../library/libraryView.ts';
import { serveWorker } from '../workers/serveWorker.ts';
import { readArrangedView } from './arrangedView.ts';
import { countFacets } from './facets.ts';
import type { ImageFilter } from './imageFilter.ts';
import { listIdsAfter } from './keysetPage.ts';

// Reads views of large libraries, so that the core goes on answering. The connection stays open between calls.

let opened: { readonly file: string; readonly library: Library } | null = null;

function connect(viewed: ViewedLibrary): Library {
  if (opened?.file === viewed.databaseFile) return opened.library;
  opened?.library.close();
  const library = openLibraryView(viewed);
  // Sorting and grouping a million rows stays in memory, and so do the pages that every view reads.
  library.db.pragma('temp_store = MEMORY');
  library.db.pragma('cache_size = -65536');
  library.db.pragma('mmap_size = 1073741824');
  opened = { file: viewed.databaseFile, library };
  return library;
}

interface ViewRequest {
  readonly viewed: ViewedLibrary;
  readonly filter: ImageFilter;
}

serveWorker({
  connect: ({ viewed }: { viewed: ViewedLibrary }): void => void connect(viewed),
  arrange: ({ viewed, filter, by }: ViewRequest & { by: Arrangement }): ArrangedView =>
    readArrangedView(connect(viewed).db, filter, by),
  page: ({ viewed, filter, after, limit }: ViewRequest & { after: number | null; limit: number }): number[] =>
    listIdsAfter(connect(viewed).db, filter, after, limit),
  facets: ({ viewed, filter }: ViewRequest, { signal }): Promise<FacetCounts> =>
    countFacets(connect(viewed).db, filter, signal),
});
