import { loadEngine, type Engine } from '../../src/main/core/training/engines.ts';
import { ENGINE_NAMES, type EngineName } from '../../src/shared/training.ts';

/** The engines that this machine has; a test runs once on each. */
export const presentEngines: readonly EngineName[] = await findEngines();

async function findEngines(): Promise<EngineName[]> {
  const found: EngineName[] = [];
  for (const name of ENGINE_NAMES) {
    const engine = await loadEngine(name).catch((): Engine | null => null);
    if (engine !== null) found.push(name);
  }
  return found;
}
