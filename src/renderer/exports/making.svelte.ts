import type { FoveaError } from '../../shared/errors.ts';
import type { Job } from '../../shared/jobs.ts';
import { asFoveaError } from '../errors/notices.svelte.ts';
import type { Jobs } from '../jobs/jobs.svelte.ts';

/** Something that a job writes into a folder: a report or an export. */
export class Making {
  /** '' leaves the place to the studio: inside the library. */
  folder: string = $state('');
  refusal: FoveaError | null = $state.raw(null);
  #jobId: number | null = $state(null);
  #isStarting: boolean = $state(false);
  readonly #jobs: Jobs;
  readonly #start: (folder: { folder?: string }) => Promise<{ readonly jobId: number }>;

  constructor(jobs: Jobs, start: (folder: { folder?: string }) => Promise<{ readonly jobId: number }>) {
    this.#jobs = jobs;
    this.#start = start;
  }

  get job(): Job | null {
    return this.#jobs.find(this.#jobId);
  }

  get isBusy(): boolean {
    return this.#isStarting || this.job?.state === 'queued' || this.job?.state === 'running';
  }

  async make(): Promise<void> {
    this.#isStarting = true;
    this.refusal = null;
    try {
      const { jobId } = await this.#start(this.folder === '' ? {} : { folder: this.folder });
      this.#jobId = jobId;
      await this.#jobs.load();
    } catch (error) {
      this.refusal = asFoveaError(error);
    }
    this.#isStarting = false;
  }
}
