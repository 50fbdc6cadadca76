import type { JobProgress } from '../../shared/jobs.ts';

const BAR_WIDTH = 24;

/** Where a command's words go: results to standard output, everything else to standard error. */
export class Output {
  readonly isJson: boolean;
  #barShown = false;

  constructor(isJson: boolean) {
    this.isJson = isJson;
  }

  /** The one result: a JSON object, or readable lines. */
  result(value: object, lines: readonly string[]): void {
    this.clearBar();
    process.stdout.write(this.isJson ? `${JSON.stringify(value)}\n` : `${lines.join('\n')}\n`);
  }

  message(text: string): void {
    this.clearBar();
    process.stderr.write(`${text}\n`);
  }

  /** Draws the progress bar anew; says nothing where standard error is not a terminal. */
  progress(progress: JobProgress): void {
    if (!process.stderr.isTTY) return;
    this.#barShown = true;
    process.stderr.write(`\r\u001b[2K${formatProgress(progress)}`);
  }

  clearBar(): void {
    if (this.#barShown) process.stderr.write('\r\u001b[2K');
    this.#barShown = false;
  }
}

function formatProgress({ phase, done, total, rate, secondsLeft }: JobProgress): string {
  if (total === null || total === 0) return `${phase} ${done}`;
  const filled = Math.round((BAR_WIDTH * done) / total);
  const bar = '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled);
  const speed = rate === undefined ? '' : ` ${rate.toFixed(0)}/s`;
  const left = secondsLeft === undefined ? '' : `, ${formatSeconds(secondsLeft)} left`;
  return `${phase} ${bar} ${done}/${total}${speed}${left}`;
}

export function formatSeconds(seconds: number): string {
  if (seconds < 90) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

export function formatPercent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

/** "86.4 % (95 % interval 84.1–88.5)". */
export function formatAccuracy(value: number, [low, high]: readonly [number, number]): string {
  return `${formatPercent(value)} (95 % interval ${(100 * low).toFixed(1)}–${(100 * high).toFixed(1)})`;
}

export function formatBytes(bytes: number): string {
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(0)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
