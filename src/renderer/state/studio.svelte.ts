import { createContext } from 'svelte';
import type { StudioEvent } from '../../shared/events.ts';
import type { ImportSummary } from '../../shared/images.ts';
import type { LiveMap } from '../../shared/map.ts';
import type { Job } from '../../shared/jobs.ts';
import { createApi, read, type Api } from '../api.ts';
import { Curation } from '../curation/curation.svelte.ts';
import { Duplicates } from '../duplicates/duplicates.svelte.ts';
import { Notices } from '../errors/notices.svelte.ts';
import { Gallery } from '../gallery/gallery.svelte.ts';
import { Jobs } from '../jobs/jobs.svelte.ts';
import { Classes } from '../labels/classes.svelte.ts';
import { Labelling } from '../labels/labelling.svelte.ts';
import { Readers } from '../labels/readers.svelte.ts';
import { Libraries } from '../library/libraries.svelte.ts';
import { Live } from '../live/live.svelte.ts';
import { LabelDoubts } from '../quality/labelDoubts.svelte.ts';
import { Readings } from '../readings/readings.svelte.ts';
import { Suggestions } from '../suggestions/suggestions.svelte.ts';
import { Review } from '../review/review.svelte.ts';
import { Maps } from '../map/maps.svelte.ts';
import { Models } from '../training/models.svelte.ts';
import { Training } from '../training/training.svelte.ts';
import { Address } from './address.svelte.ts';
import { Dialogs } from './dialogs.svelte.ts';
import { EventStream } from './eventStream.svelte.ts';
import { coalesce } from './latest.ts';
import { Theme } from './theme.svelte.ts';

/** Everything one window knows, made once in App and handed down by context. */
export class Studio {
  readonly api: Api;
  readonly address: Address;
  readonly theme: Theme;
  readonly notices = new Notices();
  readonly dialogs = new Dialogs();
  readonly libraries: Libraries;
  readonly classes: Classes;
  readonly readers: Readers;
  readonly gallery: Gallery;
  readonly labelling: Labelling;
  readonly curation: Curation;
  readonly duplicates: Duplicates;
  readonly review: Review;
  readonly readings: Readings;
  readonly jobs: Jobs;
  readonly models: Models;
  readonly maps: Maps;
  readonly suggestions: Suggestions;
  readonly doubts: LabelDoubts;
  readonly training: Training;
  readonly live: Live;
  readonly events: EventStream;
  /** Each burst of events is answered by one reading of what it names. */
  readonly #refresh: Readonly<Partial<Record<StudioEvent['type'], () => void>>>;
  #libraryPath: string | null = null;

  constructor(host: Window) {
    this.api = createApi(host.location.origin);
    this.address = new Address(host);
    this.theme = new Theme(host);
    this.libraries = new Libraries(this.api, this.notices);
    this.classes = new Classes(this.api, this.notices);
    this.readers = new Readers(this.api, this.notices);
    this.gallery = new Gallery(this.api, this.address, this.notices);
    this.labelling = new Labelling(this.api, this.gallery, this.notices);
    this.curation = new Curation(this.api, this.notices);
    this.duplicates = new Duplicates(this.api, this.notices);
    this.readings = new Readings(this.api, this.address, this.readers, this.notices);
    this.review = new Review(
      this.api,
      this.gallery,
      this.labelling,
      this.address,
      this.libraries,
      this.notices,
    );
    this.jobs = new Jobs(this.api, this.notices, (job) => this.#handleFinished(job));
    this.models = new Models(this.api, this.notices);
    this.maps = new Maps(this.api, this.notices, this.jobs);
    this.suggestions = new Suggestions(this.api, this.notices, this.jobs);
    this.doubts = new LabelDoubts(this.api, this.notices, this.jobs, this.gallery);
    this.training = new Training(this.api, this.notices, this.jobs, this.classes, () =>
      this.address.go('/models'),
    );
    this.live = new Live(this.api, this.notices, () => {
      this.gallery.refreshPredictions();
      this.review.rows.refresh();
    });
    this.events = new EventStream('/api/events', (event) => this.#handleEvent(event));
    this.#refresh = {
      'library.changed': coalesce(() => void this.loadLibrary(), 30),
      'images.changed': coalesce(() => this.#refreshImages(), 1000),
      'labels.changed': coalesce(() => this.#refreshLabels(), 60),
      'classes.changed': coalesce(() => void this.classes.load(), 60),
      'readers.changed': coalesce(() => void this.readers.load(), 60),
      'readings.changed': coalesce(() => void this.readings.load(), 60),
      'maps.changed': coalesce(() => this.#refreshMaps(), 60),
      'suggestions.changed': coalesce(() => this.#refreshAdvice(), 60),
      'models.changed': coalesce(() => this.#refreshModels(), 60),
    };
  }

  /** Begins to follow the core, the address and the system; returns its undo. */
  listen(): () => void {
    const undo = [this.address.listen(), this.theme.listen(), this.events.listen()];
    void this.loadLibrary();
    return () => undo.forEach((each) => each());
  }

  /** Reads what is open, and everything about it when it is another library than before. */
  async loadLibrary(): Promise<void> {
    await this.libraries.load();
    const path = this.libraries.open?.path ?? null;
    if (path !== this.#libraryPath) {
      this.#libraryPath = path;
      this.gallery.forget();
      this.duplicates.forget();
      this.maps.forget();
      this.suggestions.forget();
      this.doubts.forget();
      this.models.list = [];
      this.jobs.list = [];
      this.live.forget();
    }
    if (path === null) return;
    await Promise.all([
      this.classes.load(),
      this.labelling.load(),
      // On its own screen the gallery follows the library by itself.
      this.gallery.isShown ? undefined : this.gallery.load(),
      this.readers.load(),
      this.readings.load(),
      this.curation.load(),
      this.jobs.load(),
      this.models.load(),
      this.training.load(),
      this.live.load(),
    ]);
  }

  /** Opens a library and shows its images. */
  async openLibrary(path: string): Promise<void> {
    if (!(await this.libraries.openAt(path))) return;
    this.address.go('/images');
    await this.loadLibrary();
  }

  async closeLibrary(): Promise<void> {
    await this.libraries.close();
    this.address.go('/images');
    await this.loadLibrary();
  }

  /** Draws the sample images into a library of their own and shows how that goes. */
  async startSample(): Promise<void> {
    try {
      const { jobId } = await read(this.api.sample.$post({ json: {} }));
      await this.loadLibrary();
      this.address.go(`/jobs/${jobId}`);
    } catch (error) {
      this.notices.report(error, 'Drawing the sample images');
    }
  }

  #handleEvent(event: StudioEvent): void {
    if (event.type === 'job.changed') this.jobs.apply(event.job);
    else if (event.type === 'live.changed') this.live.apply(event.state);
    else if (event.type === 'map.grew') this.#followMap(event.map);
    else this.#refresh[event.type]?.();
  }

  #refreshImages(): void {
    void this.libraries.load();
    void this.classes.load();
    void this.labelling.load();
    void this.curation.load();
    void this.gallery.load();
    this.#refreshDuplicates();
  }

  #refreshLabels(): void {
    void this.classes.load();
    this.training.examine();
    void this.labelling.load();
    this.gallery.refreshLabels();
    this.review.rows.refresh();
    // Undo unsettles what was settled.
    if (this.readings.list.length > 0) void this.readings.load();
    this.#refreshDuplicates();
    this.#refreshAdvice();
  }

  /** Suggestions and doubts say which images are labelled by now, while they are looked at. */
  #refreshAdvice(): void {
    if (this.address.path === '/suggestions') void this.suggestions.load();
    if (this.address.path === '/doubts') void this.doubts.load();
  }

  #refreshMaps(): void {
    if (this.address.path === '/map') void this.maps.load();
  }

  #followMap(map: LiveMap | null): void {
    if (this.address.path === '/map') void this.maps.follow(map);
  }

  /** They are read when their view is opened; while it is, they follow what others do. */
  #refreshDuplicates(): void {
    if (this.address.parts[0] !== 'duplicates') return;
    void this.duplicates.load();
    void this.duplicates.loadConflicts();
  }

  #refreshModels(): void {
    void this.models.load();
    void this.gallery.load();
  }

  #handleFinished(job: Job): void {
    if (job.state === 'failed' && job.problem !== null) {
      // Views that show this job tell of its failure themselves.
      if (!this.#isShowing(job)) this.notices.tell(`${job.title} failed`, job.problem.detail);
      return;
    }
    if (job.state !== 'done') return;
    if (job.kind === 'label-errors') this.#refreshAdvice();
    if (job.kind === 'train') {
      void this.models.load();
      const { modelId } = job.result as { readonly modelId: string };
      this.training.examine();
      const isLast = this.jobs.activeOf('train') === null;
      if (this.address.path === '/models' && isLast) this.address.go(`/models/${modelId}`);
      else this.notices.tell('A model is trained', 'It stands first under Models.');
    }
    if (job.kind === 'import' && !this.#isShowing(job)) {
      const { added } = job.result as ImportSummary;
      this.notices.tell(`${job.title} is done`, `${added} new images.`);
    }
  }

  #isShowing(job: Job): boolean {
    return (
      this.address.path === `/jobs/${job.jobId}` || (job.kind === 'train' && this.address.path === '/models')
    );
  }
}

export const [getStudio, setStudio] = createContext<Studio>();
