import type { Job } from './jobs.ts';
import type { LiveState } from './live.ts';
import type { LiveMap } from './map.ts';

/** What the one event stream (`GET /api/events`, server-sent events) can say: "this changed, ask again". */
export type StudioEvent =
  | { readonly type: 'job.changed'; readonly job: Job }
  | { readonly type: 'library.changed' }
  | { readonly type: 'images.changed' }
  | { readonly type: 'labels.changed' }
  | { readonly type: 'classes.changed' }
  | { readonly type: 'readers.changed' }
  | { readonly type: 'readings.changed' }
  | { readonly type: 'suggestions.changed' }
  | { readonly type: 'models.changed' }
  | { readonly type: 'live.changed'; readonly state: LiveState }
  | { readonly type: 'maps.changed' }
  // A map that is being laid out has moved on: its points can be fetched again. null when it has ended.
  | { readonly type: 'map.grew'; readonly map: LiveMap | null };
