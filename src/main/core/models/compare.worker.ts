import type { ModelComparison } from '../../../shared/models.ts';
import { openLibraryView, type ViewedLibrary } from '../library/libraryView.ts';
import { serveWorker } from '../workers/serveWorker.ts';
import { compareModels } from './compareModels.ts';

export interface CompareRequest {
  readonly view: ViewedLibrary;
  readonly first: string;
  readonly second: string;
}

// Reading and resampling 100,000 images takes longer than the core may be busy.
serveWorker({
  compare: ({ view, first, second }: CompareRequest): ModelComparison => {
    const library = openLibraryView(view);
    try {
      return compareModels(library.db, first, second);
    } finally {
      library.close();
    }
  },
});
