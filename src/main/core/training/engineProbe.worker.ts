import type { EngineInfo, EngineName } from '../../../shared/training.ts';
import { serveWorker } from '../workers/serveWorker.ts';
import type { FoundEngine } from './engineFinder.ts';
import { loadEngine } from './engines.ts';

/** Opens engines, with their known-answer checks, where a crash costs nobody anything. */
serveWorker({
  open: async (name: EngineName): Promise<EngineInfo> => (await loadEngine(name)).info,
  find: async (): Promise<FoundEngine> => {
    const { info, skipped } = await loadEngine('auto');
    return { ...info, skipped };
  },
});
