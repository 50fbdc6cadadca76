import type { Database } from 'better-sqlite3';
import type { ArrangedView, Arrangement, FacetCounts } from '../../../shared/views.ts';
import type { Library } from '../library/library.ts';
import { describeView } from '../library/libraryView.ts';
import { WorkerDied, WorkerProcess } from '../workers/workerProcess.ts';
import { readArrangedView } from './arrangedView.ts';
import { countFacets } from './facets.ts';
import type { ImageFilter } from './imageFilter.ts';
import { listIdsAfter } from './keysetPage.ts';

/** Up to this many images a view is read within the 50 ms that the core may be busy. */
const QUICK = 3000;

/** How long an unused worker is kept for the next view. */
const IDLE_MS = 60_000;

/** Sorts that an index gives, so that a page of everything is read as it lies. */
const INDEXED: readonly ImageFilter['sort'][] = ['name', 'date', 'sharpness', 'brightness', 'size'];

/** Reads views of the open library: small ones at once, large ones in processes of their own. */
export class ViewReader {
  /** Counting takes longest and must not hold up the images themselves. */
  readonly #views = new Lane();
  readonly #counts = new Lane();

  /** Starts what a large library will need, while the window is still asking for other things. */
  prepare(library: Library): void {
    if (isSmall(library.db)) return;
    const never = new AbortController().signal;
    void this.#views.call('connect', { viewed: describeView(library) }, never).catch(() => undefined);
  }

  arrange(
    library: Library,
    filter: ImageFilter,
    by: Arrangement,
    signal: AbortSignal,
  ): Promise<ArrangedView> {
    if (isSmall(library.db)) return Promise.resolve(readArrangedView(library.db, filter, by));
    return this.#views.call('arrange', { viewed: describeView(library), filter, by }, signal);
  }

  /** See `listIdsAfter`. */
  page(
    library: Library,
    filter: ImageFilter,
    after: number | null,
    limit: number,
    signal: AbortSignal,
  ): Promise<number[]> {
    if (isSmall(library.db) || isReadAsItLies(filter)) {
      return Promise.resolve(listIdsAfter(library.db, filter, after, limit));
    }
    return this.#views.call('page', { viewed: describeView(library), filter, after, limit }, signal);
  }

  /** See `countFacets`. */
  facets(library: Library, filter: ImageFilter, signal: AbortSignal): Promise<FacetCounts> {
    if (isSmall(library.db)) return countFacets(library.db, filter, signal);
    return this.#counts.call('facets', { viewed: describeView(library), filter }, signal);
  }

  /** Lets go of the library's files. */
  async close(): Promise<void> {
    await Promise.all([this.#views.close(), this.#counts.close()]);
  }
}

/** Whether the library is small; ids are given in sequence, so the largest says it without counting. */
function isSmall(db: Database): boolean {
  return (db.prepare<[], number | null>('SELECT max(image_id) FROM images').pluck().get() ?? 0) <= QUICK;
}

/** True for a view of everything in an order that an index gives. */
function isReadAsItLies(filter: ImageFilter): boolean {
  const asked = Object.entries(filter).filter(([, value]) => value !== undefined);
  return (
    INDEXED.includes(filter.sort) && asked.every(([part]) => ['sort', 'direction', 'modelId'].includes(part))
  );
}

/** One worker that is started on first use and leaves when it is not used. */
class Lane {
  #worker: WorkerProcess | null = null;
  #idle: NodeJS.Timeout | undefined;
  #calls = 0;

  async call<Output>(method: string, input: unknown, signal: AbortSignal): Promise<Output> {
    clearTimeout(this.#idle);
    this.#calls += 1;
    try {
      return await this.#reach().call<Output>(method, input, { signal });
    } catch (error) {
      // Giving up one call may end the worker under another.
      if (!(error instanceof WorkerDied) || signal.aborted) throw error;
      return await this.#reach().call<Output>(method, input, { signal });
    } finally {
      this.#calls -= 1;
      if (this.#calls === 0) this.#idle = setTimeout(() => void this.close(), IDLE_MS).unref();
    }
  }

  async close(): Promise<void> {
    clearTimeout(this.#idle);
    const worker = this.#worker;
    this.#worker = null;
    await worker?.close();
  }

  #reach(): WorkerProcess {
    if (this.#worker?.isAlive !== true) {
      this.#worker = new WorkerProcess(new URL('./view.worker.ts', import.meta.url));
    }
    return this.#worker;
  }
}
