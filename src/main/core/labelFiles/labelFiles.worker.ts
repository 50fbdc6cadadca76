import path from 'node:path';
import type { JobProgress } from '../../../shared/jobs.ts';
import type { LabelFilesResult } from '../../../shared/labelFiles.ts';
import { resolveSelection } from '../images/selection.ts';
import { openLibraryView } from '../library/libraryView.ts';
import { serveWorker } from '../workers/serveWorker.ts';
import type { LabelFilesRequest } from './labelFilesJob.ts';
import { readLabelledFiles, readLabelledImages } from './labelRows.ts';
import { writeLabelsCsv } from './labelsCsv.ts';
import { writeLabelTree } from './labelTree.ts';

serveWorker({
  write: async (
    { view, form, folder, name, selection }: LabelFilesRequest,
    { signal, note },
  ): Promise<LabelFilesResult> => {
    const library = openLibraryView(view);
    const tell = (phase: string, done: number, total: number | null): void =>
      note({ phase, done, total } satisfies JobProgress);
    try {
      const wanted = selection === null ? null : new Set(resolveSelection(library.db, selection));
      const isWanted = ({ imageId }: { readonly imageId: number }): boolean => wanted?.has(imageId) ?? true;
      if (form === 'csv') {
        const rows = keep(readLabelledFiles(library.db), isWanted);
        const onRows = (done: number): void => tell('writing labels', done, null);
        const written = await writeLabelsCsv(path.join(folder, name), rows, { signal, onRows });
        return { folder, file: name, written, linked: 0, problems: [], problemCount: 0 };
      }
      const images = readLabelledImages(library.db).filter(isWanted);
      const phase = form === 'links' ? 'linking images' : 'copying images';
      const onImage = (done: number): void => tell(phase, done, images.length);
      const asLinks = form === 'links';
      const outcome = await writeLabelTree(library.db, folder, images, { asLinks, signal, onImage });
      return { folder, file: null, ...outcome };
    } finally {
      library.close();
    }
  },
});

function* keep<Row>(rows: Iterable<Row>, isWanted: (row: Row) => boolean): Generator<Row> {
  for (const row of rows) if (isWanted(row)) yield row;
}
