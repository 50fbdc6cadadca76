import { FoveaError } from '../../shared/errors.ts';
import type { LibraryDescription } from '../../shared/library.ts';
import { read, type Api } from '../api.ts';
import type { Notices } from '../errors/notices.svelte.ts';

export interface RecentLibrary {
  readonly path: string;
  readonly name: string;
  readonly openedAt: number;
  readonly exists: boolean;
}

/** The open library, if any, and those opened before. */
export class Libraries {
  open: LibraryDescription | null = $state.raw(null);
  recent: readonly RecentLibrary[] = $state.raw([]);
  /** False until the core has answered once. */
  isLoaded: boolean = $state(false);
  isOpening: boolean = $state(false);
  readonly #api: Api;
  readonly #notices: Notices;

  constructor(api: Api, notices: Notices) {
    this.#api = api;
    this.#notices = notices;
  }

  async load(): Promise<void> {
    try {
      const { open, recent } = await read(this.#api.library.$get());
      this.open = open;
      this.recent = recent;
      this.isLoaded = true;
    } catch (error) {
      this.#notices.report(error, 'Reading the library');
    }
  }

  /** @returns whether it is open now. */
  async openAt(path: string): Promise<boolean> {
    this.isOpening = true;
    try {
      this.open = await read(this.#api.library.open.$post({ json: { path, create: false } }));
      return true;
    } catch (error) {
      const isDamaged = error instanceof FoveaError && error.code === 'corrupt';
      const restore = { title: 'Restore the newest backup', run: () => void this.restore(path) };
      this.#notices.report(error, 'Opening the library', isDamaged ? restore : null);
      return false;
    } finally {
      this.isOpening = false;
    }
  }

  async close(): Promise<void> {
    try {
      await read(this.#api.library.close.$post());
      await this.load();
    } catch (error) {
      this.#notices.report(error, 'Closing the library');
    }
  }

  async backUp(): Promise<void> {
    try {
      const { file } = await read(this.#api.library.backup.$post());
      this.#notices.tell('Backed up', file);
    } catch (error) {
      this.#notices.report(error, 'Backing up');
    }
  }

  /** Puts the newest good backup in the place of a damaged database, which is kept beside it. */
  async restore(path: string): Promise<void> {
    try {
      const { backup } = await read(this.#api.library.restore.$post({ json: { path } }));
      this.#notices.tell('Restored', backup);
      await this.openAt(path);
    } catch (error) {
      this.#notices.report(error, 'Restoring the backup');
    }
  }

  async check(): Promise<void> {
    try {
      const { ok, problems, notes } = await read(this.#api.library.check.$post());
      if (ok) this.#notices.tell('The library is whole', notes.join(' '));
      else this.#notices.tell('The check found problems', problems.join(' '));
    } catch (error) {
      this.#notices.report(error, 'Checking the library');
    }
  }
}
