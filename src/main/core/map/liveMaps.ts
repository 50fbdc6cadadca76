import type { LiveMap, MapPoints } from '../../../shared/map.ts';
import type { Library } from '../library/library.ts';

interface Live {
  readonly map: LiveMap;
  readonly points: MapPoints;
}

/** The map that is being laid out in each open library; jobs run one at a time, so there is one at most. */
const live = new WeakMap<Library, Live>();

export function setLiveMap(library: Library, map: LiveMap | null, points?: MapPoints): void {
  if (map === null || points === undefined) live.delete(library);
  else live.set(library, { map, points });
}

export function findLiveMap(library: Library): Live | null {
  return live.get(library) ?? null;
}
