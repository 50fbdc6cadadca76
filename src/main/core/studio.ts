import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { DefaultBackbone } from '../../shared/library.ts';
import { FoveaError } from '../../shared/errors.ts';
import { defaultBackbone } from './features/backbones.ts';
import { PictureMaker } from './images/pictures.ts';
import { ViewReader } from './images/viewReader.ts';
import { EventBus } from './jobs/eventBus.ts';
import { JobQueue, type JobRunners } from './jobs/jobQueue.ts';
import { NeighbourSearch } from './neighbours/neighbourSearch.ts';
import { readOnlyLibrary } from './library/connection.ts';
import { openLibrary, type Library } from './library/library.ts';
import { rememberRecent } from './library/settings.ts';
import { LiveLearner } from './live/liveLearner.ts';
import { ClusterFinder } from './map/clusterFinder.ts';
import { SaliencyMaker } from './saliency/saliencyMaker.ts';
import { EngineFinder } from './training/engineFinder.ts';

/** How long an answer waits for the check of a backbone. */
const BACKBONE_PATIENCE_MS = 200;

interface OpenLibrary {
  readonly library: Library;
  readonly jobs: JobQueue;
  readonly live: LiveLearner;
}

/** The state of one core: at most one open library, its jobs, and the events that tell of both. */
export class Studio {
  readonly events = new EventBus();
  readonly pictures = new PictureMaker();
  readonly neighbours = new NeighbourSearch();
  readonly views = new ViewReader();
  readonly saliency = new SaliencyMaker();
  readonly clusters = new ClusterFinder();
  readonly engine = new EngineFinder();
  readonly #runners: JobRunners;
  readonly #who: string;
  #open: OpenLibrary | null = null;
  /** Openings and closings happen one after another; two at once would leave a library open that nobody holds. */
  #turn: Promise<unknown> = Promise.resolve();
  #backbone: DefaultBackbone | null = null;
  #finding: Promise<void> | null = null;

  /** @param who named to a second opener of the same library: "the studio window", "fovea import". */
  constructor(runners: JobRunners, who: string) {
    this.#runners = runners;
    this.#who = who;
  }

  get library(): Library | null {
    return this.#open?.library ?? null;
  }

  get jobs(): JobQueue | null {
    return this.#open?.jobs ?? null;
  }

  /** @throws FoveaError `not_found` when no library is open. */
  requireLibrary(): Library {
    return this.#requireOpen().library;
  }

  /** @throws FoveaError `not_found` when no library is open. */
  requireJobs(): JobQueue {
    return this.#requireOpen().jobs;
  }

  /** Learning while labelling. @throws FoveaError `not_found` when no library is open. */
  requireLive(): LiveLearner {
    return this.#requireOpen().live;
  }

  /** The open library, when it can be changed. @throws FoveaError `not_found`, `unreadable`. */
  requireWritable(): Library {
    const library = this.requireLibrary();
    if (library.isReadOnly) {
      throw readOnlyLibrary(library.name);
    }
    return library;
  }

  /**
   * Opens (or makes) a library in the place of the present one. Opening the one that is open changes nothing.
   * @throws FoveaError as `openLibrary` of library/library.ts does; the present library then stays open.
   */
  openLibrary(folder: string, create: boolean): Promise<Library> {
    return this.#inTurn(() => this.#openNow(folder, create));
  }

  /** Ends running jobs, then closes. */
  closeLibrary(): Promise<void> {
    return this.#inTurn(() => this.#closeNow());
  }

  async #openNow(folder: string, create: boolean): Promise<Library> {
    if (!path.isAbsolute(folder)) {
      throw new FoveaError('invalid', 'A library is named by its full path.', { subject: folder });
    }
    const wanted = path.resolve(folder);
    if (this.#open?.library.folder === wanted) return this.#open.library;
    const library = await openLibrary(wanted, { create, who: this.#who });
    try {
      await this.#closeNow();
      const jobs = new JobQueue(library, this.events, this.#runners);
      this.#open = { library, jobs, live: new LiveLearner(library, jobs, this.events) };
    } catch (error) {
      library.close();
      throw error;
    }
    this.views.prepare(library);
    await rememberRecent(wanted);
    this.events.publish({ type: 'library.changed' });
    return library;
  }

  async #closeNow(): Promise<void> {
    const open = this.#open;
    if (open === null) return;
    this.#open = null;
    await open.live.close();
    await open.jobs.close();
    await this.pictures.close();
    await this.neighbours.close();
    await this.views.close();
    await this.saliency.close();
    await this.clusters.close();
    open.library.close();
    this.events.publish({ type: 'library.changed' });
  }

  /**
   * The backbone that is used unless a person chooses. While it is being checked, which takes seconds the first time
   * on a machine, the last answer or null; `library.changed` then tells when to ask again.
   */
  async findDefaultBackbone(): Promise<DefaultBackbone | null> {
    this.#finding ??= this.#checkBackbone().finally(() => (this.#finding = null));
    const patience = new AbortController();
    const late = wait(BACKBONE_PATIENCE_MS, undefined, { signal: patience.signal }).catch(() => undefined);
    await Promise.race([this.#finding, late]);
    patience.abort();
    return this.#backbone;
  }

  async #checkBackbone(): Promise<void> {
    const found = await defaultBackbone().catch(() => null);
    const isNews = JSON.stringify(found) !== JSON.stringify(this.#backbone);
    this.#backbone = found;
    if (isNews) this.events.publish({ type: 'library.changed' });
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }

  #requireOpen(): OpenLibrary {
    if (this.#open === null) {
      throw new FoveaError('not_found', 'No library is open.', {
        todo: 'Open a library, or make one by importing images.',
      });
    }
    return this.#open;
  }
}
