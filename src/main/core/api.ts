import { Hono } from 'hono';
import { answerError, problemResponse, type CoreEnv } from './http.ts';
import { doctorRoutes } from './doctor/routes.ts';
import { exportRoutes } from './exports/routes.ts';
import { curationRoutes } from './images/curationRoutes.ts';
import { filterRoutes } from './images/filterRoutes.ts';
import { importRoutes } from './images/importRoutes.ts';
import { pickRoutes } from './images/pickRoutes.ts';
import { imageRoutes } from './images/routes.ts';
import { viewRoutes } from './images/viewRoutes.ts';
import { valueRoutes } from './images/valueRoutes.ts';
import { eventRoutes, jobRoutes } from './jobs/routes.ts';
import { classRoutes } from './labels/classRoutes.ts';
import { readerRoutes } from './labels/readerRoutes.ts';
import { readingRoutes } from './labels/readingRoutes.ts';
import { labelFileRoutes } from './labelFiles/routes.ts';
import { labelRoutes } from './labels/routes.ts';
import { spotCheckRoutes } from './labels/spotCheckRoutes.ts';
import { libraryRoutes } from './library/routes.ts';
import { liveRoutes } from './live/routes.ts';
import { mapRoutes } from './map/routes.ts';
import { modelRoutes } from './models/routes.ts';
import { nearDuplicateRoutes } from './nearDuplicates/routes.ts';
import { neighbourRoutes } from './neighbours/routes.ts';
import { predictionRoutes } from './predictions/routes.ts';
import { qualityRoutes } from './quality/routes.ts';
import { relinkRoutes } from './relink/routes.ts';
import { reportRoutes } from './reports/routes.ts';
import { reviewRoutes } from './review/routes.ts';
import { saliencyRoutes } from './saliency/routes.ts';
import { paperRoutes } from './paper/routes.ts';
import { sampleRoutes } from './sample/routes.ts';
import { recipeRoutes } from './training/recipeRoutes.ts';
import { simulationRoutes } from './simulation/routes.ts';
import { suggestionRoutes } from './suggestions/routes.ts';
import { trainingRoutes } from './training/routes.ts';
import { FoveaError, toProblem } from '../../shared/errors.ts';
import type { Studio } from './studio.ts';
import { VERSION } from './version.ts';

const routes = new Hono<CoreEnv>()
  .get('/health', (c) => c.json({ ok: true, version: VERSION, pid: process.pid }))
  .route('/', libraryRoutes)
  .route('/', importRoutes)
  // Before the images by id, whose addresses would take these words for one.
  .route('/', viewRoutes)
  .route('/', imageRoutes)
  .route('/', valueRoutes)
  .route('/', neighbourRoutes)
  .route('/', nearDuplicateRoutes)
  .route('/', curationRoutes)
  .route('/', filterRoutes)
  .route('/', pickRoutes)
  .route('/', classRoutes)
  .route('/', labelRoutes)
  .route('/', labelFileRoutes)
  .route('/', spotCheckRoutes)
  .route('/', readerRoutes)
  .route('/', readingRoutes)
  .route('/', reviewRoutes)
  .route('/', trainingRoutes)
  .route('/', recipeRoutes)
  .route('/', liveRoutes)
  .route('/', modelRoutes)
  .route('/', predictionRoutes)
  .route('/', saliencyRoutes)
  .route('/', relinkRoutes)
  .route('/', reportRoutes)
  .route('/', exportRoutes)
  .route('/', sampleRoutes)
  .route('/', simulationRoutes)
  .route('/', paperRoutes)
  .route('/', suggestionRoutes)
  .route('/', mapRoutes)
  .route('/', qualityRoutes)
  .route('/', doctorRoutes)
  .route('/', jobRoutes)
  .route('/', eventRoutes);

/** The type from which `hc<AppType>` makes the one typed client. */
export type AppType = ReturnType<typeof buildApp>;

function buildApp(studio: Studio) {
  return new Hono<CoreEnv>()
    .use(async (c, next) => {
      c.set('studio', studio);
      await next();
    })
    .route('/api', routes);
}

/** The whole API over one studio; hosts serve it, tests call `app.request()`. */
export function createApp(studio: Studio): AppType {
  const app = buildApp(studio);
  app.onError((error, c) => answerError(error, c));
  app.notFound((c) =>
    problemResponse(c, toProblem(new FoveaError('not_found', 'There is no such address.'))),
  );
  return app;
}
