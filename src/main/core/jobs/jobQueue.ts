import { FoveaError, throwIfCancelled, toProblem } from '../../../shared/errors.ts';
import { isFinished, type Job, type JobKind, type JobProgress } from '../../../shared/jobs.ts';
import { breathe } from '../breathe.ts';
import { readOnlyLibrary, translateDatabaseError } from '../library/connection.ts';
import type { Library } from '../library/library.ts';
import { logFailure } from '../log/log.ts';
import type { EventBus } from './eventBus.ts';
import {
  findJob,
  insertJob,
  listJobs,
  markInterruptedJobs,
  markJobFinished,
  markJobStarted,
  readJobParams,
  type JobOutcome,
} from './store.ts';

/** What a runner has besides its parameters. */
export interface JobContext {
  readonly library: Library;
  readonly events: EventBus;
  readonly signal: AbortSignal;
  /** Reports how far the job is; may be called as often as one likes. */
  readonly report: (progress: JobProgress) => void;
}

export type JobRunner = (params: never, context: JobContext) => Promise<unknown>;
export type JobRunners = Readonly<Record<JobKind, JobRunner>>;

/** A job that failed but has something to show for it, such as the list of rejected files. */
export class FailedWithResult extends FoveaError {
  readonly result: unknown;
  constructor(error: FoveaError, result: unknown) {
    super(error.code, error.message, {
      ...(error.subject === undefined ? {} : { subject: error.subject }),
      ...(error.todo === undefined ? {} : { todo: error.todo }),
    });
    this.result = result;
  }
}

/** Progress goes out at most ten times a second. */
const REPORT_INTERVAL_MS = 100;

/**
 * Runs the jobs of one library, one at a time and in order: each of them uses every core already, and a
 * training must not see the library change under a running import.
 */
export class JobQueue {
  readonly #library: Library;
  readonly #events: EventBus;
  readonly #runners: JobRunners;
  readonly #waiting: { jobId: number; kind: JobKind; params: unknown }[] = [];
  readonly #progress = new Map<number, JobProgress>();
  /** Outcomes that the database refused to take. */
  readonly #unwritten = new Map<number, JobOutcome>();
  #running: { jobId: number; controller: AbortController; finished: Promise<void> } | null = null;
  #isClosed = false;

  constructor(library: Library, events: EventBus, runners: JobRunners) {
    this.#library = library;
    this.#events = events;
    this.#runners = runners;
    if (!library.isReadOnly) markInterruptedJobs(library.db);
  }

  /** @throws FoveaError `unreadable` when the library is read-only. */
  start(kind: JobKind, title: string, params: unknown): Job {
    if (this.#library.isReadOnly) {
      throw readOnlyLibrary(this.#library.name);
    }
    const job = insertJob(this.#library.db, kind, title, params);
    this.#waiting.push({ jobId: job.jobId, kind, params });
    this.#publish(job);
    this.#startNext();
    return job;
  }

  /**
   * Runs a finished job's work once more, as a new job, on the library as it is now.
   * @throws FoveaError `not_found`, `conflict` while it has not ended, `unreadable`.
   */
  startAgain(jobId: number): Job {
    const job = this.find(jobId);
    if (!isFinished(job.state)) {
      throw new FoveaError('conflict', 'This job has not ended yet.', {
        subject: job.title,
        todo: 'Wait for it, or cancel it first.',
      });
    }
    return this.start(job.kind, job.title, readJobParams(this.#library.db, jobId));
  }

  /** Asks a job to stop; a waiting one is cancelled at once, a finished one stays as it is. */
  cancel(jobId: number): Job {
    const index = this.#waiting.findIndex((each) => each.jobId === jobId);
    if (index >= 0) {
      this.#waiting.splice(index, 1);
      this.#publish(markJobFinished(this.#library.db, jobId, { state: 'cancelled' }));
    } else if (this.#running?.jobId === jobId) {
      this.#running.controller.abort();
    }
    return this.find(jobId);
  }

  /**
   * Moves a waiting job by one place, or to the front. One that does not wait stays where it is.
   * @throws FoveaError `not_found`.
   */
  move(jobId: number, to: 'first' | 'earlier' | 'later'): Job {
    const index = this.#waiting.findIndex((each) => each.jobId === jobId);
    const [job] = index < 0 ? [] : this.#waiting.splice(index, 1);
    if (job !== undefined) {
      const place = { first: 0, earlier: Math.max(0, index - 1), later: index + 1 }[to];
      this.#waiting.splice(place, 0, job);
      for (const each of this.#waiting) this.#publish(this.find(each.jobId));
    }
    return this.find(jobId);
  }

  /** @throws FoveaError `not_found`. */
  find(jobId: number): Job {
    const job = findJob(this.#library.db, jobId);
    if (job === null) throw new FoveaError('not_found', 'There is no such job.', { subject: String(jobId) });
    return this.#withProgress(job);
  }

  list(limit = 50): Job[] {
    return listJobs(this.#library.db, limit).map((job) => this.#withProgress(job));
  }

  get isBusy(): boolean {
    return this.#running !== null || this.#waiting.length > 0;
  }

  /** Stops everything, to be run again after the next opening, and waits until nothing runs any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const { jobId } of this.#waiting.splice(0)) this.#finish(jobId, { state: 'interrupted' });
    this.#running?.controller.abort();
    await this.#running?.finished;
  }

  #startNext(): void {
    if (this.#running !== null || this.#isClosed) return;
    const next = this.#waiting.shift();
    if (next === undefined) return;
    const controller = new AbortController();
    const finished = this.#run(next, controller.signal).then((outcome) => {
      this.#finish(next.jobId, outcome);
      this.#running = null;
      this.#startNext();
    });
    this.#running = { jobId: next.jobId, controller, finished };
  }

  async #run(
    next: { jobId: number; kind: JobKind; params: unknown },
    signal: AbortSignal,
  ): Promise<JobOutcome> {
    let lastSent = 0;
    const report = (progress: JobProgress): void => {
      this.#progress.set(next.jobId, progress);
      const now = performance.now();
      if (now - lastSent < REPORT_INTERVAL_MS) return;
      lastSent = now;
      this.#publish(this.find(next.jobId));
    };
    try {
      this.#publish(markJobStarted(this.#library.db, next.jobId));
      const runner = this.#runners[next.kind];
      const context: JobContext = { library: this.#library, events: this.#events, signal, report };
      // Let the caller's answer ("job 7 is queued") go out before heavy work begins.
      await breathe();
      throwIfCancelled(signal);
      return { state: 'done', result: await runner(next.params as never, context) };
    } catch (error) {
      if (signal.aborted) return { state: this.#isClosed ? 'interrupted' : 'cancelled' };
      const translated = translateDatabaseError(error, this.#library.name);
      const known =
        translated instanceof FoveaError
          ? translated
          : new FoveaError('internal', 'The job failed inside the studio.');
      const incident = known.code === 'internal' ? logFailure(error) : undefined;
      return {
        // A process that was ended under the job is no fault of the job: it can be run again as it is.
        state: known.code === 'disconnected' ? 'interrupted' : 'failed',
        problem: toProblem(known, incident),
        ...(error instanceof FailedWithResult ? { result: error.result } : {}),
      };
    }
  }

  #finish(jobId: number, outcome: JobOutcome): void {
    try {
      this.#publish(markJobFinished(this.#library.db, jobId, outcome));
    } catch (error) {
      // A full disk can refuse even this row. It is told all the same; at the next start it shows as interrupted.
      logFailure(error);
      this.#unwritten.set(jobId, outcome);
      this.#publish(this.find(jobId));
    }
    this.#progress.delete(jobId);
  }

  #withProgress(job: Job): Job {
    const unwritten = this.#unwritten.get(job.jobId);
    if (unwritten !== undefined)
      return { ...job, result: null, problem: null, ...unwritten, finishedAt: Date.now() };
    const place = this.#waiting.findIndex((each) => each.jobId === job.jobId);
    if (place >= 0) return { ...job, place };
    const progress = this.#progress.get(job.jobId);
    return progress === undefined ? job : { ...job, progress };
  }

  #publish(job: Job): void {
    this.#events.publish({ type: 'job.changed', job: this.#withProgress(job) });
  }
}
