import { openLibraryView, type ViewedLibrary } from '../library/libraryView.ts';
import { serveWorker } from '../workers/serveWorker.ts';
import { planTraining, type PlanRequest, type TrainingPlan } from './planTraining.ts';

// Splitting 100,000 images takes longer than the core may be busy.
serveWorker({
  plan: ({ view, ...request }: PlanRequest & { view: ViewedLibrary }): TrainingPlan => {
    const library = openLibraryView(view);
    try {
      return planTraining(library.db, request);
    } finally {
      library.close();
    }
  },
});
