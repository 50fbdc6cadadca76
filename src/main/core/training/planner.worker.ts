import { openLibraryView } from '../library/libraryView.ts';
import { serveWorker } from '../workers/serveWorker.ts';
import { planTraining, type PlanRequest, type TrainingPlan } from './planTraining.ts';

// Splitting 100,000 images takes longer than the core may be busy.
serveWorker({
  plan: ({ folder, ...request }: PlanRequest & { folder: string }): TrainingPlan => {
    const library = openLibraryView(folder);
    try {
      return planTraining(library.db, request);
    } finally {
      library.close();
    }
  },
});
