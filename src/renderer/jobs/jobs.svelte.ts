import { isFinished, type Job, type JobKind } from '../../shared/jobs.ts';
import { read, type Api } from '../api.ts';
import type { Notices } from '../errors/notices.svelte.ts';

/** The jobs of the open library, newest first, kept up to date by events. */
export class Jobs {
  list: readonly Job[] = $state.raw([]);
  readonly active = $derived(this.list.filter((job) => !isFinished(job.state)));
  readonly #api: Api;
  readonly #notices: Notices;
  readonly #onFinished: (job: Job) => void;

  constructor(api: Api, notices: Notices, onFinished: (job: Job) => void) {
    this.#api = api;
    this.#notices = notices;
    this.#onFinished = onFinished;
  }

  find(jobId: number | null): Job | null {
    return this.list.find((job) => job.jobId === jobId) ?? null;
  }

  activeOf(...kinds: readonly JobKind[]): Job | null {
    return this.active.find((job) => kinds.includes(job.kind)) ?? null;
  }

  async load(): Promise<void> {
    try {
      this.list = (await read(this.#api.jobs.$get())).jobs;
    } catch (error) {
      this.#notices.report(error, 'Reading the jobs');
    }
  }

  /** Takes in what an event says of one job. */
  apply(job: Job): void {
    const before = this.find(job.jobId);
    this.list =
      before === null
        ? [job, ...this.list]
        : this.list.map((each) => (each.jobId === job.jobId ? job : each));
    const wasFinished = before !== null && isFinished(before.state);
    if (isFinished(job.state) && !wasFinished) this.#onFinished(job);
  }

  async cancel(jobId: number): Promise<void> {
    try {
      this.apply(await read(this.#api.jobs[':jobId'].cancel.$post({ param: { jobId: String(jobId) } })));
    } catch (error) {
      this.#notices.report(error, 'Cancelling');
    }
  }

  /** Moves a waiting job by one place. */
  async move(jobId: number, to: 'first' | 'earlier' | 'later'): Promise<void> {
    try {
      const param = { jobId: String(jobId) };
      await read(this.#api.jobs[':jobId'].move.$post({ param, json: { to } }));
      await this.load();
    } catch (error) {
      this.#notices.report(error, 'Changing the order');
    }
  }

  /** @returns the id of the new job, or null when it could not be started. */
  async runAgain(jobId: number): Promise<number | null> {
    try {
      const answer = await read(this.#api.jobs[':jobId'].again.$post({ param: { jobId: String(jobId) } }));
      await this.load();
      return answer.jobId;
    } catch (error) {
      this.#notices.report(error, 'Running it again');
      return null;
    }
  }
}
