import type { Database } from 'better-sqlite3';
import { FoveaError } from '../../../shared/errors.ts';
import { findCommonFeatures, type FeatureSet } from '../features/commonFeatures.ts';
import { openDatabase } from '../library/connection.ts';
import { loadEngine } from '../training/engines.ts';
import { serveWorker, type CallContext } from '../workers/serveWorker.ts';
import { LivePredictor } from './livePredictor.ts';
import type { LearnInput, LearnNote, Learnt } from './liveProtocol.ts';
import { LiveTrainer } from './liveTrainer.ts';

// Learns while a person labels, beside the core: this process keeps the features of the labelled images, and writes
// predictions over a connection of its own.

interface Session {
  readonly db: Database;
  readonly trainer: LiveTrainer;
  readonly predictor: LivePredictor;
}

let session: Session | null = null;
let visible: readonly number[] = [];

/** @throws FoveaError `invalid` when no image has features. */
function chooseFeatures(db: Database): FeatureSet {
  const found = findCommonFeatures(db);
  if (found !== null) return found;
  throw new FoveaError('invalid', 'No image has features yet, so nothing can be learnt from.', {
    todo: 'Train once by hand: features that are missing are then computed.',
  });
}

async function openSession({ folder, databaseFile }: LearnInput): Promise<Session> {
  if (session !== null) {
    const { featureKey } = chooseFeatures(session.db);
    if (session.trainer.features.featureKey === featureKey) return session;
    session.db.close();
    session = null;
  }
  const { tf } = await loadEngine('auto');
  const db = openDatabase(databaseFile);
  // Predictions are computed again at will; a commit that a power cut takes back costs nothing. Labels stay safe:
  // the core's own commits flush all that was written before them.
  db.pragma('synchronous = NORMAL');
  try {
    const trainer = new LiveTrainer(tf, db, folder, chooseFeatures(db));
    session = { db, trainer, predictor: new LivePredictor(tf, db) };
    return session;
  } catch (error) {
    db.close();
    throw error;
  }
}

async function learn(input: LearnInput, { signal, note }: CallContext): Promise<Learnt> {
  const tell = (each: LearnNote): void => note(each);
  visible = input.visible;
  const { trainer, predictor } = await openSession(input);
  const fit = await trainer.refit(signal);
  tell({ kind: 'fitted', labels: fit.labels, validation: fit.validation, seconds: fit.seconds });
  const began = performance.now();
  predictor.setVisible(visible);
  const store = await trainer.openStore();
  try {
    const onTurn = ({ done, total }: { done: number; total: number }): void =>
      tell({ kind: 'stored', done, total });
    await predictor.storeAll(fit, store, trainer.features.featureKey, { signal, onTurn });
  } finally {
    await store.close();
  }
  return { predictSeconds: (performance.now() - began) / 1000 };
}

serveWorker({
  learn,
  setVisible: ({ imageIds }: { imageIds: readonly number[] }) => {
    visible = imageIds;
    session?.predictor.setVisible(imageIds);
  },
});
