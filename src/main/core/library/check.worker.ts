import type { LibraryCheck } from '../../../shared/library.ts';
import { serveWorker } from '../workers/serveWorker.ts';
import { verifyDatabase } from './backup.ts';
import { examineLibrary } from './examineLibrary.ts';
import { openLibraryView, type ViewedLibrary } from './libraryView.ts';

// Reading a whole library takes seconds, and the core must answer meanwhile.
serveWorker({
  examine: async (view: ViewedLibrary): Promise<LibraryCheck> => {
    const library = openLibraryView(view);
    try {
      return await examineLibrary(library);
    } finally {
      library.close();
    }
  },
  verify: ({ filePath }: { filePath: string }): void => verifyDatabase(filePath),
});
