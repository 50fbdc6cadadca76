import type { JobProgress } from '../../../shared/jobs.ts';

/** Over how many milliseconds the rate is measured. */
const WINDOW_MS = 5000;

/** Turns "n done" into progress with an honest rate: what happened in the last seconds, not since the start. */
export class ProgressMeter {
  readonly #phase: string;
  readonly #total: number | null;
  readonly #samples: { at: number; done: number }[] = [];

  constructor(phase: string, total: number | null) {
    this.#phase = phase;
    this.#total = total;
  }

  /** Progress when `done` units are finished. */
  at(done: number): JobProgress {
    const now = performance.now();
    this.#samples.push({ at: now, done });
    while (this.#samples.length > 2 && now - this.#samples[0]!.at > WINDOW_MS) this.#samples.shift();
    const oldest = this.#samples[0]!;
    const seconds = (now - oldest.at) / 1000;
    const base = { phase: this.#phase, done, total: this.#total };
    if (seconds < 0.5 || done === oldest.done) return base;
    const rate = (done - oldest.done) / seconds;
    return this.#total === null
      ? { ...base, rate }
      : { ...base, rate, secondsLeft: (this.#total - done) / rate };
  }
}
