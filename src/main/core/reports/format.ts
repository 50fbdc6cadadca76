import type { Proportion } from '../../../shared/evaluation.ts';

const NARROW_SPACE = '\u202F';
const NONE = '–';

/** 0.8861 → "88.6 %"; null or not finite → "–". */
export function formatPercent(value: number | null, digits = 1): string {
  if (value === null || !Number.isFinite(value)) return NONE;
  return `${(value * 100).toFixed(digits)}${NARROW_SPACE}%`;
}

/** [0.859, 0.905] → "85.9–90.5 %"; null → "–". */
export function formatInterval(interval: readonly [number, number] | null, digits = 1): string {
  if (interval === null) return NONE;
  const [low, high] = interval;
  return `${(low * 100).toFixed(digits)}–${(high * 100).toFixed(digits)}${NARROW_SPACE}%`;
}

/** "178 of 200", without a share, for figures too small to be read as a percentage. */
export function formatFraction(proportion: Proportion): string {
  return `${formatCount(proportion.k)} of ${formatCount(proportion.n)}`;
}

/** 21568 → "21,568" with a comma, the same on every machine. */
export function formatCount(count: number): string {
  return count.toLocaleString('en-GB');
}

/** A figure without a unit, such as a calibration error: "0.027"; not finite → "–". */
export function formatFigure(value: number, digits = 3): string {
  return Number.isFinite(value) ? value.toFixed(digits) : NONE;
}

/** Seconds as a person says them: "0.3 s", "48 s", "3 min 20 s". */
export function formatSeconds(seconds: number): string {
  if (!Number.isFinite(seconds)) return NONE;
  if (seconds < 10) return `${seconds.toFixed(1)}${NARROW_SPACE}s`;
  const whole = Math.round(seconds);
  if (whole < 120) return `${whole}${NARROW_SPACE}s`;
  return `${Math.floor(whole / 60)}${NARROW_SPACE}min ${whole % 60}${NARROW_SPACE}s`;
}

/** Milliseconds since 1970 → "2026-03-01 14:05 UTC": no local habits, no time zone of the machine. */
export function formatTime(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
