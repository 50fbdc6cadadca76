import type { TagRow } from '../../shared/images.ts';
import type { ReaderRow } from '../../shared/labels.ts';
import { read, type Api } from '../api.ts';
import type { Notices } from '../errors/notices.svelte.ts';

/** The tags and readers of the library, by which a view can be narrowed. */
export class CurationLists {
  tags: readonly TagRow[] = $state.raw([]);
  readers: readonly ReaderRow[] = $state.raw([]);
  readonly #api: Api;
  readonly #notices: Notices;

  constructor(api: Api, notices: Notices) {
    this.#api = api;
    this.#notices = notices;
  }

  async load(): Promise<void> {
    try {
      const [tags, readers] = await Promise.all([
        read(this.#api.tags.$get()),
        read(this.#api.readers.$get()),
      ]);
      this.tags = tags.tags;
      this.readers = readers.readers;
    } catch (error) {
      this.#notices.report(error, 'Reading the tags');
    }
  }
}
