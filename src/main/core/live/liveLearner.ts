import { constants, setPriority } from 'node:os';
import { FoveaError, toProblem, type Problem } from '../../../shared/errors.ts';
import type { LiveState, LiveValidation } from '../../../shared/live.ts';
import type { EventBus } from '../jobs/eventBus.ts';
import type { JobQueue } from '../jobs/jobQueue.ts';
import { translateDatabaseError } from '../library/connection.ts';
import type { Library } from '../library/library.ts';
import { logFailure } from '../log/log.ts';
import { WorkerProcess } from '../workers/workerProcess.ts';
import type { LearnInput, Learnt, LearnNote } from './liveProtocol.ts';
import { findLiveModel, readLiveSwitch, writeLiveSwitch } from './liveSetting.ts';

/** A refit begins when labels have rested this long, */
const REST_MS = 600;
/** or when the oldest of them has waited this long; newer labels no longer cancel a refit that is this late. */
const PATIENCE_MS = 4_000;
/** Progress goes out at most ten times a second. */
const TELL_INTERVAL_MS = 100;

/**
 * Learning while labelling, as the core sees it: watches the labels of one library and has a worker process refit the
 * one-click head and store predictions. At most one refit runs; newer labels cancel it, and so does any job, because
 * jobs use every processor core. Nothing happens before somebody looks at images (`setVisible`).
 */
export class LiveLearner {
  readonly #library: Library;
  readonly #jobs: JobQueue;
  readonly #events: EventBus;
  readonly #unsubscribe: () => void;
  #enabled: boolean;
  #worker: WorkerProcess | null = null;
  #visible: readonly number[] | null = null;
  /** When the oldest change came that no head knows yet. */
  #behindSince: number | null = null;
  #lastChange = 0;
  #timer: NodeJS.Timeout | null = null;
  #running: { readonly controller: AbortController; readonly began: number; isFitted: boolean } | null = null;
  #ended: Promise<void> = Promise.resolve();
  #problem: Problem | null = null;
  #refits = 0;
  #labels = 0;
  #validation: LiveValidation | null = null;
  #predicted = { done: 0, total: 0 };
  #revision = 0;
  #seconds: { fit: number; predict: number | null } | null = null;
  #fittedAt: number | null = null;
  #lastTold = 0;

  constructor(library: Library, jobs: JobQueue, events: EventBus) {
    this.#library = library;
    this.#jobs = jobs;
    this.#events = events;
    this.#enabled = !library.isReadOnly && readLiveSwitch(library.db);
    this.#unsubscribe = events.subscribe((event) => {
      if (['labels.changed', 'classes.changed', 'images.changed'].includes(event.type)) this.#noteChange();
      else if (event.type === 'job.changed') this.#considerJobs();
    });
  }

  get state(): LiveState {
    return {
      enabled: this.#enabled,
      phase: this.#phase,
      problem: this.#problem,
      modelId: this.#library.db.open ? findLiveModel(this.#library.db) : null,
      refits: this.#refits,
      labels: this.#labels,
      validation: this.#validation,
      predicted: this.#predicted,
      revision: this.#revision,
      seconds: this.#seconds,
      fittedAt: this.#fittedAt,
    };
  }

  /** @throws FoveaError of the database. */
  setEnabled(enabled: boolean): LiveState {
    writeLiveSwitch(this.#library.db, enabled);
    this.#enabled = enabled;
    if (enabled) {
      this.#behindSince ??= Date.now();
      this.#schedule();
    } else {
      this.#stop();
      this.#worker?.kill();
      this.#worker = null;
      this.#problem = null;
    }
    this.#revision += 1;
    this.#tell();
    return this.state;
  }

  /** The images on the screen. The first call of all starts the learning. */
  setVisible(imageIds: readonly number[]): LiveState {
    const isFirst = this.#visible === null;
    this.#visible = imageIds;
    if (isFirst) this.#behindSince ??= Date.now();
    if (isFirst) this.#schedule();
    void this.#worker?.call('setVisible', { imageIds }).catch(() => undefined);
    return this.state;
  }

  async close(): Promise<void> {
    this.#unsubscribe();
    this.#enabled = false;
    this.#stop();
    this.#worker?.kill();
    await this.#ended;
    await this.#worker?.close();
  }

  get #phase(): LiveState['phase'] {
    if (!this.#enabled) return 'off';
    if (this.#running !== null) return this.#running.isFitted ? 'predicting' : 'fitting';
    if (this.#visible === null) return 'idle';
    if (this.#jobs.isBusy) return 'paused';
    if (this.#behindSince !== null) return 'waiting';
    return this.#problem === null ? 'idle' : 'blocked';
  }

  #noteChange(): void {
    const now = Date.now();
    const isLate = this.#behindSince !== null && now - this.#behindSince > PATIENCE_MS;
    // A head that is nearly there is let through now and then, or a quick reader would never see one.
    if (this.#running !== null && (this.#running.isFitted || !isLate)) this.#running.controller.abort();
    this.#lastChange = now;
    this.#behindSince ??= now;
    this.#schedule();
    this.#tell();
  }

  #considerJobs(): void {
    if (this.#jobs.isBusy && this.#running !== null) {
      this.#behindSince ??= Date.now();
      this.#running.controller.abort();
    }
    // The queue says "done" a moment before it is free again.
    setImmediate(() => {
      if (!this.#jobs.isBusy) this.#schedule();
    });
  }

  #schedule(): void {
    if (!this.#enabled || this.#visible === null || this.#behindSince === null) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    const patience = Math.max(0, this.#behindSince + PATIENCE_MS - Date.now());
    this.#timer = setTimeout(() => this.#start(), Math.min(REST_MS, patience));
    this.#timer.unref();
  }

  #start(): void {
    this.#timer = null;
    // What runs, or a job, looks here again when it ends.
    if (!this.#enabled || this.#running !== null || this.#jobs.isBusy) return;
    const run = { controller: new AbortController(), began: Date.now(), isFitted: false };
    this.#running = run;
    this.#problem = null;
    this.#tell();
    this.#ended = this.#learn(run.controller.signal)
      .catch((error: unknown) => this.#noteFailure(error, run.controller.signal))
      .then(() => {
        this.#running = null;
        if (this.#behindSince !== null) this.#schedule();
        if (this.#library.db.open) this.#tell();
      });
  }

  async #learn(signal: AbortSignal): Promise<void> {
    const run = this.#running!;
    const input: LearnInput = {
      folder: this.#library.folder,
      databaseFile: this.#library.db.name,
      visible: this.#visible ?? [],
    };
    const { predictSeconds } = await this.#startWorker().call<Learnt>('learn', input, {
      signal,
      onNote: (note) => this.#hear(note as LearnNote, run),
    });
    this.#seconds = { fit: this.#seconds?.fit ?? 0, predict: predictSeconds };
    this.#revision += 1;
  }

  #hear(note: LearnNote, run: { readonly began: number; isFitted: boolean }): void {
    if (note.kind === 'fitted') {
      run.isFitted = true;
      // What changed after this refit had begun is for the next one.
      this.#behindSince = this.#lastChange > run.began ? this.#lastChange : null;
      this.#refits += 1;
      this.#labels = note.labels;
      this.#validation = note.validation;
      this.#seconds = { fit: note.seconds, predict: null };
      this.#fittedAt = Date.now();
      this.#predicted = { done: 0, total: this.#predicted.total };
      this.#tell();
      return;
    }
    const isFirst = this.#predicted.done === 0;
    this.#predicted = { done: note.done, total: note.total };
    // The first turn holds what is on the screen; the end tells of the rest.
    if (isFirst) this.#revision += 1;
    if (isFirst || Date.now() - this.#lastTold >= TELL_INTERVAL_MS) this.#tell();
  }

  #noteFailure(error: unknown, signal: AbortSignal): void {
    if (signal.aborted) return;
    const known = translateDatabaseError(error, this.#library.name);
    const problem = known instanceof FoveaError ? known : new FoveaError('internal', 'The refit failed.');
    this.#problem = toProblem(problem, problem.code === 'internal' ? logFailure(error) : undefined);
    // Tried again when labels change, not over and over on the same ones.
    this.#behindSince = null;
  }

  #startWorker(): WorkerProcess {
    if (this.#worker?.isAlive === true) return this.#worker;
    this.#worker = new WorkerProcess(new URL('./live.worker.ts', import.meta.url));
    try {
      // Whoever labels goes first.
      setPriority(this.#worker.pid ?? 0, constants.priority.PRIORITY_BELOW_NORMAL);
    } catch {
      // Not allowed everywhere; it then shares the processor as others do.
    }
    return this.#worker;
  }

  #stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#running?.controller.abort();
  }

  #tell(): void {
    this.#lastTold = Date.now();
    this.#events.publish({ type: 'live.changed', state: this.state });
  }
}
