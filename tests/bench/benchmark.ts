import os from 'node:os';

/** What one benchmark found; a ratio or percentile of one run, never a bare time of this machine. */
export interface Measured {
  readonly figures: Readonly<Record<string, number>>;
  /** What each figure should reach, in words: ">= 0.6". */
  readonly targets: Readonly<Record<string, string>>;
}

export type Benchmark = (options: BenchOptions) => Promise<Measured>;

export interface BenchOptions {
  /** `--images N`: a smaller or larger run than the usual one. */
  readonly images: number | null;
}

/** Says on standard error what is going on; standard output is for the one JSON object. */
export function say(message: string): void {
  process.stderr.write(`${message}\n`);
}

/** The machine, without its name. */
export function describeMachine(): string {
  const [cpu] = os.cpus();
  const memory = Math.round(os.totalmem() / 2 ** 30);
  return `${os.cpus().length} × ${cpu?.model.trim() ?? 'unknown processor'}, ${memory} GiB, ${os.platform()} ${os.arch()}, Node ${process.version}`;
}

/** Whether a figure reaches its target, written as `>= n` or `<= n`. */
export function meets(figure: number | undefined, target: string): boolean {
  const [sign, limit] = target.split(' ');
  const bound = Number(limit);
  if (figure === undefined || !Number.isFinite(figure) || !Number.isFinite(bound)) return false;
  return sign === '>=' ? figure >= bound : figure <= bound;
}

/** The q-th quantile (0–1) of measured values, by linear interpolation. */
export function quantileOf(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const position = (sorted.length - 1) * q;
  const low = sorted[Math.floor(position)] ?? NaN;
  const high = sorted[Math.ceil(position)] ?? NaN;
  return low + (high - low) * (position - Math.floor(position));
}

export function medianOf(values: readonly number[]): number {
  return quantileOf(values, 0.5);
}

export function round(value: number, digits = 3): number {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}
