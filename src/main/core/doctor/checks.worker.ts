import { serveWorker } from '../workers/serveWorker.ts';
import { checkDatabase, checkImages, checkNetworks } from './knownAnswers.ts';

/** Each engine answers in a process of its own: a native library that crashes takes only that one with it. */
serveWorker({
  'better-sqlite3': checkDatabase,
  sharp: checkImages,
  'onnxruntime-node': checkNetworks,
});
