import { FACETS, type Facet, type FacetCounts, type SectionKey } from '../../shared/views.ts';
import { read, type Api } from '../api.ts';
import type { Notices } from '../errors/notices.svelte.ts';
import { latest } from '../state/latest.ts';
import type { GalleryFilter } from './filter.ts';

/** Changes come in bursts while a person labels or types; they are counted when it has been quiet for so long. */
const PAUSE_MS = 250;

/** How many images of the present view each choice of a filter would show. */
export class Facets {
  #counts: FacetCounts | null = $state.raw(null);
  readonly #byKey = $derived(indexCounts(this.#counts));
  readonly #load: (filter: GalleryFilter) => Promise<FacetCounts | null>;
  readonly #notices: Notices;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(api: Api, notices: Notices) {
    this.#notices = notices;
    this.#load = latest(async (signal, filter: GalleryFilter) => {
      const { facets } = await read(api.images.facets.$get({ query: filter as never }, { init: { signal } }));
      return facets;
    });
  }

  /** Values of a facet with their counts, those with most images first; empty until they are here. */
  values(facet: Facet): readonly (readonly [SectionKey, number])[] {
    return this.#counts?.[facet] ?? [];
  }

  /** How many images a choice shows; null while it is not known. */
  count(facet: Facet, key: SectionKey): number | null {
    if (this.#counts === null) return null;
    return this.#byKey.get(facet)?.get(key) ?? 0;
  }

  /** Counts for a filter, soon. */
  want(filter: GalleryFilter): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#read(filter), PAUSE_MS);
  }

  forget(): void {
    clearTimeout(this.#timer);
    this.#counts = null;
  }

  async #read(filter: GalleryFilter): Promise<void> {
    try {
      const counts = await this.#load(filter);
      if (counts !== null) this.#counts = counts;
    } catch (error) {
      this.#notices.report(error, 'Counting the images');
    }
  }
}

function indexCounts(counts: FacetCounts | null): ReadonlyMap<Facet, ReadonlyMap<SectionKey, number>> {
  return new Map(FACETS.map((facet) => [facet, new Map(counts?.[facet] ?? [])]));
}
