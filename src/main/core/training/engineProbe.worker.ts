import type { EngineInfo, EngineName } from '../../../shared/training.ts';
import { serveWorker } from '../workers/serveWorker.ts';
import { loadEngine } from './engines.ts';

/** Opens one engine, with its known-answer check, where a crash costs nobody anything. */
serveWorker({ open: async (name: EngineName): Promise<EngineInfo> => (await loadEngine(name)).info });
