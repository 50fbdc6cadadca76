import path from 'node:path';
import { PictureMaker } from '../images/pictures.ts';
import { openLibraryView } from '../library/libraryView.ts';
import { SaliencyMaker } from '../saliency/saliencyMaker.ts';
import { serveWorker } from '../workers/serveWorker.ts';
import { gatherReport } from './gatherReport.ts';
import type { ReportRequest } from './reportJob.ts';
import { writeReport } from './writeReport.ts';

serveWorker({
  /** @returns the names of the files that were written. */
  write: async ({ view, modelId, outFolder }: ReportRequest, { signal, note }): Promise<string[]> => {
    const library = openLibraryView(view);
    const pictures = new PictureMaker();
    const saliency = new SaliencyMaker();
    try {
      const data = await gatherReport(modelId, { library, pictures, saliency, signal, report: note });
      note({ phase: 'writing', done: 1, total: 1 });
      const { files } = await writeReport(data, outFolder);
      return files.map((file) => path.basename(file));
    } finally {
      await Promise.all([pictures.close(), saliency.close()]);
      library.close();
    }
  },
});
